using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Gb28181Edge.Protocol.Media;
using Gb28181Edge.Protocol.Rtsp;
using Microsoft.Extensions.Logging;

namespace Gb28181Edge.Cameras;

/// <summary>A network camera or RTSP server: H.264 or H.265 with G.711 or AAC, over TCP or UDP. RFC 2326.</summary>
/// <param name="url">With user name and password where the camera asks for them.</param>
/// <param name="transport">What RTP is asked for over.</param>
/// <param name="time">Paces keepalives and deadlines.</param>
/// <param name="log">Takes what was opened and what was lost, without secrets.</param>
internal sealed class RtspCamera(RtspUrl url, RtspLowerTransport transport, TimeProvider time, ILogger log) : ICameraSource
{
    /// <summary>How long connecting may take.</summary>
    public static readonly TimeSpan ConnectTime = TimeSpan.FromSeconds(5);

    private const string UserAgent = "Gb28181Edge";

    /// <summary>The camera's URL without user name and password.</summary>
    public string Description => url.RequestUri;

    public async Task RunAsync(IAccessUnitSink sink, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        try
        {
            await PlayAsync(sink, stop);
        }
        catch (SocketException e)
        {
            throw new CameraException($"{Description}: the connection broke: {e.Message}", e);
        }
        catch (CameraException e) when (!e.Message.StartsWith(Description, StringComparison.Ordinal))
        {
            throw new CameraException($"{Description}: {e.Message}", e);
        }
    }

    private async Task PlayAsync(IAccessUnitSink sink, CancellationToken stop)
    {
        RtspUrl target = url;
        RtspSession? session = null;
        RtspUdpPorts[] ports = [];
        try
        {
            // again only after a redirect, which the session bounds
            while (true)
            {
                using Socket connection = await ConnectAsync(target, stop);
                if (transport == RtspLowerTransport.Udp && ports.Length == 0)
                {
                    var local = (IPEndPoint)connection.LocalEndPoint!;
                    ports = [RtspUdpPorts.Bind(local.Address), RtspUdpPorts.Bind(local.Address)];
                }
                session ??= new RtspSession(new RtspSessionOptions(
                    url, transport, [.. ports.Select(pair => pair.Port)], UserAgent, RandomNumberGenerator.GetHexString(16, lowercase: true)));
                using var play = new RtspPlay(session, connection, ports, sink, time, transport, Description, log);
                RtspUrl? next = await play.RunAsync(stop);
                if (next is null) return;
                log.RtspRedirected(Description, next.RequestUri);
                target = next;
            }
        }
        finally
        {
            foreach (RtspUdpPorts pair in ports) pair.Dispose();
        }
    }

    private async Task<Socket> ConnectAsync(RtspUrl target, CancellationToken stop)
    {
        IPAddress[] addresses = await ResolveAsync(target.Host, stop);
        using var late = new CancellationTokenSource(ConnectTime, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, stop);
        SocketException? last = null;
        foreach (IPAddress address in addresses)
        {
            var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(address, target.Port, either.Token);
                return socket;
            }
            catch (SocketException e)
            {
                last = e;
                socket.Dispose();
            }
            catch (OperationCanceledException)
            {
                socket.Dispose();
                if (stop.IsCancellationRequested) throw;
                throw new CameraException($"{Place(target)} does not answer within {ConnectTime.TotalSeconds:0} s");
            }
        }
        throw new CameraException(last?.SocketErrorCode switch
        {
            SocketError.ConnectionRefused => $"connection refused by {Place(target)}",
            SocketError.HostUnreachable or SocketError.NetworkUnreachable or SocketError.HostDown => $"there is no way to {Place(target)}",
            _ => $"no connection to {Place(target)}: {last?.Message}",
        }, last);
    }

    private static async Task<IPAddress[]> ResolveAsync(string host, CancellationToken stop)
    {
        if (IPAddress.TryParse(host, out IPAddress? address)) return [address];
        try
        {
            return await Dns.GetHostAddressesAsync(host, stop).WaitAsync(stop);
        }
        catch (SocketException e)
        {
            throw new CameraException($"the host name {host} is not known: {e.Message}", e);
        }
    }

    private static string Place(RtspUrl target) =>
        string.Create(CultureInfo.InvariantCulture, $"{(target.Host.Contains(':', StringComparison.Ordinal) ? $"[{target.Host}]" : target.Host)}:{target.Port}");
}
