using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Gb28181Edge.Cameras;

/// <summary>A process and all that it started, so that none of them outlives it. Linux, proc(5).</summary>
internal static partial class ProcessTree
{
    private const int Sigterm = 15, Sigkill = 9, Esrch = 3;

    /// <summary>Asks the process and its descendants to end, and kills those that have not after <paramref name="grace"/>.</summary>
    /// <returns>When the process has ended and been reaped.</returns>
    public static async Task EndAsync(Process process, TimeSpan grace, TimeProvider time)
    {
        // taken before anybody ends: what a dead process leaves behind is adopted and no longer found below it
        List<Member> members = Descendants(process.Id);
        if (!process.HasExited)
        {
            Signal(process.Id, Sigterm);
            foreach (Member member in members) member.Signal(Sigterm);
            using var patience = new CancellationTokenSource(grace, time);
            try
            {
                await process.WaitForExitAsync(patience.Token);
            }
            catch (OperationCanceledException) when (patience.IsCancellationRequested)
            {
                members.AddRange(Descendants(process.Id));
                process.Kill();
            }
        }
        foreach (Member member in members) member.Signal(Sigkill);
        await process.WaitForExitAsync(CancellationToken.None);
    }

    private static List<Member> Descendants(int root)
    {
        var children = new Dictionary<int, List<Member>>();
        foreach (string directory in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(directory), NumberStyles.None, CultureInfo.InvariantCulture, out int id)) continue;
            if (!TryRead(id, out int parent, out ulong started)) continue;
            if (!children.TryGetValue(parent, out List<Member>? siblings)) children[parent] = siblings = [];
            siblings.Add(new Member(id, started));
        }
        var found = new List<Member>();
        var parents = new Queue<int>([root]);
        while (parents.TryDequeue(out int parent))
        {
            if (!children.Remove(parent, out List<Member>? below)) continue;
            found.AddRange(below);
            foreach (Member member in below) parents.Enqueue(member.Id);
        }
        return found;
    }

    // proc(5), stat: pid (comm) state ppid … starttime is the 22nd field; comm may hold blanks and parentheses
    private static bool TryRead(int id, out int parent, out ulong started)
    {
        (parent, started) = (0, 0);
        string stat;
        try
        {
            stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{id}/stat"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;                                    // it has ended meanwhile, or is not ours to see
        }
        string[] fields = stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields.Length > 19
            && int.TryParse(fields[1], NumberStyles.None, CultureInfo.InvariantCulture, out parent)
            && ulong.TryParse(fields[19], NumberStyles.None, CultureInfo.InvariantCulture, out started);
    }

    private static void Signal(int id, int signal)
    {
        if (Kill(id, signal) == 0) return;
        int error = Marshal.GetLastPInvokeError();
        if (error != Esrch) throw new IOException($"process {id} takes no signal (errno {error})");
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int id, int signal);

    /// <summary>A process, told from a later one with the same number by its start.</summary>
    private readonly record struct Member(int Id, ulong Started)
    {
        public void Signal(int signal)
        {
            if (TryRead(Id, out _, out ulong started) && started == Started) ProcessTree.Signal(Id, signal);
        }
    }
}
