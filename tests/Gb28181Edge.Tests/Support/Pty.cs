using System.Runtime.InteropServices;
using System.Text;

namespace Gb28181Edge.Tests.Support;

/// <summary>A pseudo terminal: the agent opens <see cref="Path"/> as its serial port, the test reads the other end.</summary>
internal sealed unsafe partial class Pty : IDisposable
{
    private const int ReadWrite = 2, NoControllingTty = 0x100, NonBlocking = 0x800;

    private int _master;

    public Pty()
    {
        _master = OpenMaster(ReadWrite | NoControllingTty | NonBlocking);
        Assert.True(_master >= 0, "posix_openpt");
        Assert.Equal(0, Grant(_master));
        Assert.Equal(0, Unlock(_master));
        byte* name = stackalloc byte[64];
        Assert.Equal(0, Name(_master, name, 64));
        Path = Encoding.ASCII.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(name));
    }

    /// <summary>The device file.</summary>
    public string Path { get; }

    /// <summary>All that was read so far.</summary>
    public List<byte> Received { get; } = [];

    /// <summary>Received, as hexadecimal frames of seven bytes.</summary>
    public string[] Frames => [.. Received.Chunk(7).Select(Convert.ToHexString)];

    /// <summary>Takes what is there; never blocks.</summary>
    public int Pump()
    {
        byte* buffer = stackalloc byte[256];
        nint read;
        while ((read = Read(_master, buffer, 256)) > 0)
            Received.AddRange(new ReadOnlySpan<byte>(buffer, (int)read));
        return Received.Count;
    }

    /// <summary>Says something to the agent. What finds no room is lost, as on a line that nobody reads.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        fixed (byte* start = bytes)
            _ = WriteFile(_master, start, bytes.Length);
    }

    /// <summary>The port's settings as the kernel has them: cflag of struct termios.</summary>
    public uint ControlFlags()
    {
        byte* attributes = stackalloc byte[60];
        Assert.Equal(0, GetAttributes(_master, attributes));
        return *(uint*)(attributes + 8);
    }

    /// <summary>The device goes away, as when an adapter is pulled out.</summary>
    public void Dispose()
    {
        if (_master < 0)
            return;
        _ = Close(_master);
        _master = -1;
    }

    [LibraryImport("libc", EntryPoint = "posix_openpt")]
    private static partial int OpenMaster(int flags);

    [LibraryImport("libc", EntryPoint = "grantpt")]
    private static partial int Grant(int master);

    [LibraryImport("libc", EntryPoint = "unlockpt")]
    private static partial int Unlock(int master);

    [LibraryImport("libc", EntryPoint = "ptsname_r")]
    private static partial int Name(int master, byte* buffer, nint length);

    [LibraryImport("libc", EntryPoint = "read")]
    private static partial nint Read(int file, byte* buffer, nint length);

    [LibraryImport("libc", EntryPoint = "write")]
    private static partial nint WriteFile(int file, byte* buffer, nint length);

    [LibraryImport("libc", EntryPoint = "tcgetattr")]
    private static partial int GetAttributes(int file, byte* attributes);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int file);
}
