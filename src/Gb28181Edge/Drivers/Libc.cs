using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Gb28181Edge.Drivers;

/// <summary>The few calls of the C library that the drivers make. The numbers are Linux's and the same on x86-64, arm64 and arm.</summary>
internal static unsafe partial class Libc
{
    public const int ReadOnly = 0, ReadWrite = 2, NoControllingTty = 0x100, NonBlocking = 0x800, CloseOnExec = 0x80000;
    public const int NoEntry = 2, NoDeviceOrAddress = 6, Interrupted = 4, InputOutput = 5, Again = 11, AccessDenied = 13,
        Busy = 16, NoDevice = 19, InvalidArgument = 22, NotATty = 25, NotPermitted = 1;
    public const short PollIn = 1, PollOut = 4, PollError = 8, PollHangUp = 0x10, PollInvalid = 0x20;

    private const int AtCurrentDirectory = -100;
    private const uint StatxGroup = 0x10;
    private const int StatxSize = 256, StatxGroupOffset = 24;

    [StructLayout(LayoutKind.Sequential)]
    internal struct PollEntry
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenFile(string path, int flags);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint ReadFile(SafeFileHandle file, void* buffer, nint length);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint WriteFile(SafeFileHandle file, void* buffer, nint length);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    public static partial int Ioctl(SafeFileHandle file, nuint request, void* argument);

    /// <summary>struct flock of <c>fcntl.h</c>, 64 bits.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct FileLock
    {
        public short Type;
        public short Whence;
        public long Start;
        public long Length;
        public int Process;
    }

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int FileControl(SafeFileHandle file, int command, void* argument);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    public static partial int Poll(PollEntry* entries, nuint count, int timeoutMilliseconds);

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    private static partial int EventDescriptor(uint initial, int flags);

    [LibraryImport("libc", EntryPoint = "inotify_init1", SetLastError = true)]
    private static partial int InotifyInit(int flags);

    [LibraryImport("libc", EntryPoint = "inotify_add_watch", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int InotifyAddWatch(SafeFileHandle inotify, string path, uint mask);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int directory, string path, int flags, uint mask, byte* result);

    [LibraryImport("libc", EntryPoint = "nanosleep")]
    private static partial int NanoSleep(nint* secondsAndNanoseconds, nint* remaining);

    /// <summary>Sleeps less than a second, as exactly as the kernel can; a signal may end it early.</summary>
    public static void Sleep(TimeSpan time)
    {
        nint* wanted = stackalloc nint[2];
        (wanted[0], wanted[1]) = (0, (nint)Math.Clamp(time.TotalNanoseconds, 0, 999_999_999));
        _ = NanoSleep(wanted, null);
    }

    /// <summary>The number of the last error of this thread's last call.</summary>
    public static int LastError => Marshal.GetLastPInvokeError();

    /// <summary>What that number means, for a person.</summary>
    public static string Describe(int error) => Marshal.GetPInvokeErrorMessage(error);

    /// <summary>Opens a file; an invalid handle when it could not, with <see cref="LastError"/>.</summary>
    public static SafeFileHandle Open(string path, int flags) => new(OpenFile(path, flags | CloseOnExec), ownsHandle: true);

    /// <summary>A counter that poll sees, to wake a thread that polls.</summary>
    public static SafeFileHandle CreateEvent() => Owned(EventDescriptor(0, NonBlocking | CloseOnExec), "eventfd");

    /// <summary>A new inotify instance, non-blocking.</summary>
    public static SafeFileHandle CreateInotify() => Owned(InotifyInit(NonBlocking | CloseOnExec), "inotify");

    /// <summary>Takes ownership of a descriptor that the kernel returned in a structure.</summary>
    public static SafeFileHandle Own(int descriptor) => new(descriptor, ownsHandle: true);

    /// <summary>Locks one byte of a file against every other opening of it, in this process or another, until the handle is closed.</summary>
    /// <returns>False when it is locked already, or cannot be; <see cref="LastError"/> says which.</returns>
    public static bool TryLockByte(SafeFileHandle file, long offset)
    {
        const int SetOpenFileLock = 37, WriteLock = 1;
        var wanted = new FileLock { Type = WriteLock, Start = offset, Length = 1 };
        return FileControl(file, SetOpenFileLock, &wanted) == 0;
    }

    public static nint Read(SafeFileHandle file, Span<byte> buffer)
    {
        fixed (byte* start = buffer)
            return ReadFile(file, start, buffer.Length);
    }

    public static nint Write(SafeFileHandle file, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* start = bytes)
            return WriteFile(file, start, bytes.Length);
    }

    /// <summary>The name of the group that a file belongs to; its number where /etc/group does not know it; null where there is no file.</summary>
    public static string? GroupOf(string path)
    {
        byte* status = stackalloc byte[StatxSize];
        if (Statx(AtCurrentDirectory, path, 0, StatxGroup, status) != 0)
            return null;
        string number = (*(uint*)(status + StatxGroupOffset)).ToString();
        try
        {
            foreach (string line in File.ReadLines("/etc/group"))
            {
                string[] fields = line.Split(':');
                if (fields.Length > 2 && fields[2] == number)
                    return fields[0];
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return number;                     // only the name in a message is lost
        }
        return number;
    }

    private static SafeFileHandle Owned(int descriptor, string what) => descriptor >= 0
        ? Own(descriptor)
        : throw new DriverException($"the kernel gives no {what}: {Describe(LastError)}");
}
