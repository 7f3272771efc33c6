using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;

namespace Gb28181Edge.Drivers.Boards;

/// <summary>A GPIO chip of the kernel, as it is before anybody uses it.</summary>
/// <param name="Path">Its device file, links followed.</param>
/// <param name="Name">As the kernel numbers it; empty where it could not be asked.</param>
/// <param name="Label">What it is, the same after every start; empty where it could not be asked.</param>
/// <param name="LineCount">Lines 0 … this less one.</param>
/// <param name="Fault">Why it could not be asked; null when it answered.</param>
internal sealed record ChipInfo(string Path, string Name, string Label, int LineCount, string? Fault = null);

/// <summary>The GPIO chips of this machine.</summary>
internal interface IGpioChips
{
    /// <summary>Every chip, one that may not be asked too.</summary>
    IReadOnlyList<ChipInfo> List();

    /// <summary>Opens the chip of a device file.</summary>
    /// <exception cref="DriverException">No such chip, no permission, no GPIO chip, or a kernel that is too old.</exception>
    EdgeDriver Open(string path);
}

/// <summary>The chips behind /dev/gpiochip*.</summary>
internal sealed unsafe class GpioChips(TimeProvider time, ILogger log) : IGpioChips
{
    public IReadOnlyList<ChipInfo> List() => [.. Devices().Select(Ask)];

    public EdgeDriver Open(string path) => CharacterDeviceDriver.Open(path, time, log);

    /// <summary>The device file of a chip, links followed.</summary>
    /// <param name="chips">Where to look.</param>
    /// <param name="chip">A device file, or a label or name as gpiodetect prints it.</param>
    /// <exception cref="DriverException">No chip has this label, or several have it.</exception>
    public static string PathOf(IGpioChips chips, string chip)
    {
        if (chip.StartsWith('/'))
            return Real(chip);
        IReadOnlyList<ChipInfo> all = chips.List();
        ChipInfo[] found = [.. all.Where(one => one.Label == chip || one.Name == chip)];
        return found.Length switch
        {
            1 => found[0].Path,
            0 => throw new DriverException($"no GPIO chip has the label {chip}; the machine has {Describe(all)}"),
            _ => throw new DriverException($"several GPIO chips have the label {chip}: {string.Join(", ", found.Select(one => one.Path))}; name one by its device"),
        };
    }

    /// <summary>The chips by device and label, for a message.</summary>
    public static string Describe(IReadOnlyList<ChipInfo> chips) => chips.Count == 0
        ? "none"
        : string.Join(", ", chips.Select(one => one.Fault is null ? $"{one.Path} ({one.Label})" : $"{one.Path} (not readable)"));

    /// <summary>Opens a chip's device file.</summary>
    public static SafeFileHandle OpenDevice(string path)
    {
        SafeFileHandle file = Libc.Open(path, Libc.ReadWrite);
        if (!file.IsInvalid)
            return file;
        int error = Libc.LastError;
        file.Dispose();
        throw new DriverException(error switch
        {
            Libc.NoEntry => $"there is no GPIO chip {path}; the machine has {Describe([.. Devices().Select(Ask)])}",
            Libc.AccessDenied or Libc.NotPermitted =>
                $"no permission for {path}: add the agent's user to the group {Libc.GroupOf(path) ?? "gpio"}",
            _ => $"cannot open GPIO chip {path}: {Libc.Describe(error)}",
        });
    }

    /// <summary>What a chip says of itself.</summary>
    public static ChipInfo Ask(SafeFileHandle chip, string path)
    {
        GpioChipInfo info;
        return Libc.Ioctl(chip, GpioRequest.GetChipInfo, &info) == 0
            ? new ChipInfo(path, Text(info.Name), Text(info.Label), (int)info.Lines)
            : throw new DriverException($"{path} is no GPIO chip: {Libc.Describe(Libc.LastError)}");
    }

    /// <summary>What a chip says of one of its lines.</summary>
    public static LineInfo AskLine(SafeFileHandle chip, string path, int line)
    {
        var info = new GpioLineInfo { Offset = (uint)line };
        if (Libc.Ioctl(chip, GpioRequest.GetLineInfo, &info) != 0)
            throw new DriverException($"{path} line {line}: {Libc.Describe(Libc.LastError)}");
        return new LineInfo(line, Text(info.Name), Text(info.Consumer), (info.Flags & GpioLineFlags.Used) != 0, (info.Flags & GpioLineFlags.Output) != 0);
    }

    private static ChipInfo Ask(string path)
    {
        try
        {
            using SafeFileHandle file = Libc.Open(path, Libc.ReadWrite);
            return file.IsInvalid
                ? new ChipInfo(path, "", "", 0, Libc.Describe(Libc.LastError))
                : Ask(file, path);
        }
        catch (DriverException e)
        {
            return new ChipInfo(path, "", "", 0, e.Message);
        }
    }

    /// <summary>The device files, each chip once: some systems add links for the numbers that chips once had.</summary>
    private static string[] Devices()
    {
        string[] files = [.. Directory.GetFiles("/dev", "gpiochip*").Select(Real).Distinct(StringComparer.Ordinal)];
        Array.Sort(files, (a, b) => a.Length != b.Length ? a.Length.CompareTo(b.Length) : string.CompareOrdinal(a, b));
        return files;
    }

    private static string Real(string path)
    {
        try
        {
            return File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return path;                                                   // opening it will say what is wrong
        }
    }

    private static string Text(byte* text)
    {
        var bytes = new ReadOnlySpan<byte>(text, 32);
        int end = bytes.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? bytes : bytes[..end]);
    }
}
