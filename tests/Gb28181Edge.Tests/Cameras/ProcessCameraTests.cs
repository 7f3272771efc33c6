using System.Globalization;
using Gb28181Edge.Cameras;
using Gb28181Edge.Tests.Support;

namespace Gb28181Edge.Tests.Cameras;

public sealed class ProcessCameraTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("gb28181-edge-");
    private readonly CollectingSink _sink = new();
    private readonly ListLogger _log = new();

    [Fact]
    public async Task Process_that_writes_h264_gives_its_pictures_with_the_time_of_their_arrival()
    {
        string clip = WriteClip();
        using var stop = new CancellationTokenSource();
        // cat ends, then the reader waits: so does a camera program between two pictures
        Task run = Run(["sh", "-c", "cat \"$0\"; exec sleep 1000", clip], stop.Token);
        await Eventually.TrueAsync(() => _sink.Video >= TestCamera.Frames - 1, "the pictures of the clip");
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        CollectingSink.Unit[] units = _sink.Units;
        Assert.All(units.Zip(units.Skip(1)), pair => Assert.True(pair.Second.Pts >= pair.First.Pts));
        Assert.True(units[0].IsRandomAccess);
    }

    [Fact]
    public async Task Process_that_ends_is_an_error_with_its_exit_code_and_last_words()
    {
        CameraException e = await Assert.ThrowsAsync<CameraException>(() => Run(
            ["sh", "-c", "for i in 1 2 3 4 5 6 7; do echo line $i >&2; done; echo opening rtsp://user:secret@cam/1 >&2; exit 3"], CancellationToken.None));
        Assert.Equal("sh ended with exit code 3: line 4 | line 5 | line 6 | line 7 | opening rtsp://cam/1", e.Message);
        Assert.Contains("Information: sh: line 1", _log.Lines);
        Assert.DoesNotContain(_log.Lines, line => line.Contains("secret", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Process_that_ends_well_is_an_error_too_because_a_camera_does_not_end()
    {
        CameraException e = await Assert.ThrowsAsync<CameraException>(() => Run(["true"], CancellationToken.None));
        Assert.Equal("true ended with exit code 0", e.Message);
    }

    [Fact]
    public async Task Program_that_is_not_there_is_named()
    {
        CameraException e = await Assert.ThrowsAsync<CameraException>(() => Run(["/nowhere/rpicam-vid"], CancellationToken.None));
        Assert.Equal("/nowhere/rpicam-vid cannot be started: there is no such program", e.Message);
    }

    [Fact]
    public async Task Program_that_is_no_program_is_named()
    {
        string path = Path.Combine(_directory.FullName, "text");
        await File.WriteAllTextAsync(path, "text", TestContext.Current.CancellationToken);
        CameraException e = await Assert.ThrowsAsync<CameraException>(() => Run([path], CancellationToken.None));
        Assert.Equal($"{path} cannot be started: this program may not execute it", e.Message);
    }

    [Theory]
    [InlineData("")]                                          // ends when asked
    [InlineData("trap '' TERM; ")]                            // has to be killed
    public async Task Stop_ends_the_process_and_what_it_started(string trap)
    {
        string pids = Path.Combine(_directory.FullName, "pids");
        using var stop = new CancellationTokenSource();
        string script = $"{trap}sleep 1000 & echo $! >> \"$0\"; ({trap}sleep 1001 & echo $! >> \"$0\"; wait) & echo $! >> \"$0\"; echo $$ >> \"$0\"; wait; wait; wait";
        Task run = Run(["sh", "-c", script, pids], stop.Token);
        await Eventually.TrueAsync(() => File.Exists(pids) && File.ReadAllLines(pids).Length == 4, "the four processes");
        int[] ids = [.. File.ReadAllLines(pids).Select(line => int.Parse(line, CultureInfo.InvariantCulture))];
        Assert.All(ids, id => Assert.True(IsAlive(id)));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        await Eventually.TrueAsync(() => !ids.Any(IsAlive), "the end of all of them");
    }

    [Fact]
    public async Task Line_without_end_and_chatter_stay_bounded()
    {
        CameraException e = await Assert.ThrowsAsync<CameraException>(() => Run(
            ["sh", "-c", "head -c 1000000 /dev/zero | tr '\\0' x >&2; i=0; while [ $i -lt 200 ]; do printf 'line %d\\r' $i >&2; i=$((i+1)); done; exit 1"], CancellationToken.None));
        Assert.EndsWith("line 198 | line 199", e.Message, StringComparison.Ordinal);
        Assert.InRange(_log.Lines.Length, 50, 60);
        Assert.Contains(_log.Lines, line => line.Contains("writes too much", StringComparison.Ordinal));
        Assert.All(_log.Lines, line => Assert.True(line.Length < 600));
    }

    [Theory]
    [InlineData("plain text", "plain text")]
    [InlineData("from 'rtsp://admin:p@ss@cam:554/1': ok", "from 'rtsp://cam:554/1': ok")]
    [InlineData("rtsp://a:b@c rtsp://d:e@f/g@h", "rtsp://c rtsp://f/g@h")]
    [InlineData("rtsp://cam/x@y", "rtsp://cam/x@y")]
    [InlineData("rtsp://", "rtsp://")]
    [InlineData("://@", "://")]
    public void Credentials_are_taken_out_of_urls(string text, string expected) => Assert.Equal(expected, UrlCredentials.Strip(text));

    public void Dispose() => _directory.Delete(recursive: true);

    private Task Run(string[] command, CancellationToken stop) =>
        new ProcessCamera(command, ProcessOutput.H264, TimeProvider.System, _log).RunAsync(_sink, stop);

    // a zombie counts as alive: nobody would have reaped it
    private static bool IsAlive(int id) => Directory.Exists($"/proc/{id.ToString(CultureInfo.InvariantCulture)}") && !IsOrphanedZombie(id);

    // a killed grandchild is reaped by init, at init's own pace: in a container that may be never
    private static bool IsOrphanedZombie(int id)
    {
        try
        {
            string stat = File.ReadAllText($"/proc/{id.ToString(CultureInfo.InvariantCulture)}/stat");
            string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return fields[0] == "Z" && fields[1] != Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return true;
        }
    }

    private string WriteClip()
    {
        string path = Path.Combine(_directory.FullName, "clip.h264");
        using Stream clip = typeof(TestCamera).Assembly.GetManifestResourceStream("test-pattern.h264")!;
        using FileStream file = File.Create(path);
        clip.CopyTo(file);
        return path;
    }
}
