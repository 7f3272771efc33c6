using System.Diagnostics;
using Gb28181Edge.Storage;
using Gb28181Edge.Tests.Support;
using Microsoft.Extensions.Logging;

namespace Gb28181Edge.Tests.Storage;

/// <summary>A small disk, mounted for the test, that takes nothing when the agent starts.</summary>
[Trait("Needs", "packages")]                                               // needs the right to mount
public sealed class UnusableDiskTests : IDisposable
{
    private const string Input = "34020000001340000001";

    private readonly TemporaryDirectory _directory = new();
    private readonly RecordingLog _log = new();
    private bool _mounted;

    private string State => _directory["disk/state"];

    public void Dispose()
    {
        if (_mounted)
            Assert.Equal(0, Run("umount", _directory["disk"]));
        _directory.Dispose();
    }

    [Fact]
    public void A_full_disk_without_a_database_begins_in_memory()
    {
        Mount();
        Directory.CreateDirectory(State);
        Fill();
        AssertInMemory();
    }

    [Fact]
    public void A_disk_without_room_for_the_directory_begins_in_memory()
    {
        Mount("nr_inodes=2");
        File.WriteAllText(_directory["disk/last"], "");
        AssertInMemory();
    }

    [Fact]
    public void A_full_disk_with_the_database_of_the_last_run_keeps_it_for_the_next()
    {
        Mount();
        using (EdgeDatabase before = Open())
            Assert.True(new GuardStore(before, _log).Save(Input, new GuardRecord(true, false, true)));
        Fill();
        AssertInMemory();
        File.Delete(_directory["disk/full"]);
        using EdgeDatabase again = Open();
        Assert.False(again.IsInMemory);
        Assert.Equal(new GuardRecord(true, false, true), new GuardStore(again, _log).Load(Input));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_read_only_disk_begins_in_memory(bool known)
    {
        Mount();
        if (known)
            Open().Dispose();
        Assert.Equal(0, Run("mount", "-o", "remount,ro", _directory["disk"]));
        AssertInMemory();
    }

    private EdgeDatabase Open() => EdgeDatabase.Open(Path.Combine(State, "edge.db"), TimeProvider.System, _log);

    private void AssertInMemory()
    {
        using EdgeDatabase database = Open();
        Assert.True(database.IsInMemory);
        Assert.True(_log.Has(LogLevel.Critical, "cannot be used"));
        var outbox = new AlarmOutbox(database, ["city"], TimeProvider.System, _log);
        outbox.Append(new AlarmRecord(Input, 1, 2, null, DateTimeOffset.UnixEpoch, "Door"));
        Assert.Single(outbox.Pending("city", 10));
    }

    private void Mount(string more = "nr_inodes=20")
    {
        Directory.CreateDirectory(_directory["disk"]);
        _mounted = Run("mount", "-t", "tmpfs", "-o", $"size=256k,{more}", "tmpfs", _directory["disk"]) == 0;
        Assert.True(_mounted, "no right to mount a file system here");
    }

    private void Fill()
    {
        using FileStream file = File.Create(_directory["disk/full"], 1);
        byte[] page = new byte[4096];
        Assert.Throws<IOException>(() =>
        {
            for (int i = 0; i < 1000; i++)
                file.Write(page);
        });
    }

    private static int Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(program, arguments);
        process.WaitForExit();
        return process.ExitCode;
    }
}
