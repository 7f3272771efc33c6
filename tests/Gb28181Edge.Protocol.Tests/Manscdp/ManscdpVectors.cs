using System.Text;

namespace Gb28181Edge.Protocol.Tests.Manscdp;

/// <summary>The golden bodies under Vectors/Manscdp, written by hand in the element order of GB/T 28181-2016 and -2022 A.2.</summary>
internal static class ManscdpVectors
{
    private static string Folder => Path.Combine(AppContext.BaseDirectory, "Vectors", "Manscdp");

    /// <summary>The text of a vector, with the line ends that the wire has.</summary>
    public static string Text(string name) =>
        File.ReadAllText(Path.Combine(Folder, name + ".xml")).Replace("\r\n", "\n", StringComparison.Ordinal).Replace("\n", "\r\n", StringComparison.Ordinal);

    public static IReadOnlyList<byte[]> All =>
        [.. Directory.GetFiles(Folder).Order(StringComparer.Ordinal).Select(file => Encoding.UTF8.GetBytes(Text(Path.GetFileNameWithoutExtension(file))))];
}
