using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Security.Cryptography;
using Gb28181Edge.Devices;
using Gb28181Edge.Protocol.Sdp;
using Gb28181Edge.Streaming;

namespace Gb28181Edge.Gb28181;

/// <summary>What limits live sessions, and where their media leaves.</summary>
internal sealed record LiveOptions
{
    /// <summary>What the answer names, and media sockets bind to where it is ours; null is the local address that routes to the platform.</summary>
    public IPAddress? MediaAddress { get; init; }

    /// <summary>Sessions of one camera at once, of all platforms; the next gets 486, or takes the place of its platform's oldest.</summary>
    public int MaxPerCamera { get; init; } = 64;

    /// <summary>Finds the addresses of a name in an offer, of the family of the address given; throws <see cref="Win32Exception"/> when there are none.</summary>
    public Func<string, IPAddress, CancellationToken, Task<IPAddress[]>> Resolve { get; init; } =
        (name, like, stop) => Dns.GetHostAddressesAsync(name, like.AddressFamily, stop);

    /// <summary>Measures how long that takes.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}

/// <summary>Every live session of every platform: who is replaced by whom, and which SSRC is taken. GB/T 28181-2016 annex M, GB/T 28181-2022 annex K.</summary>
/// <remarks>Safe from any thread: a registry under one lock. A session ends itself and then leaves.</remarks>
internal sealed class CallTable(DeviceModel device, IReadOnlyDictionary<string, ICameraStream> streams, LiveOptions options)
{
    private readonly Lock _gate = new();
    private readonly List<LiveSession> _sessions = [];                           // in the order of their beginning

    public LiveOptions Options { get; } = options;

    /// <summary>Sessions that hold media, or are about to.</summary>
    public int Count
    {
        get { lock (_gate) return _sessions.Count; }
    }

    /// <summary>The camera that an INVITE's user means: a channel, or the device itself for its first camera, as SRS asks.</summary>
    public bool TryFind(string? user, [NotNullWhen(true)] out CameraChannel? camera, [NotNullWhen(true)] out ICameraStream? stream)
    {
        camera = device.Cameras.FirstOrDefault(candidate => candidate.Id == user || user == device.Id);
        stream = null;
        return camera is not null && streams.TryGetValue(camera.Id, out stream);
    }

    /// <summary>Lets a session in, with an SSRC of its own when the platform gave none.</summary>
    /// <param name="session">The new one.</param>
    /// <param name="evicted">The sessions of the same platform that it replaces; they have been told to end.</param>
    /// <returns>False when the camera has too many and none of them is this platform's: 486.</returns>
    public bool TryAdmit(LiveSession session, out IReadOnlyList<LiveSession> evicted)
    {
        lock (_gate)
        {
            List<LiveSession> leaving = [];
            evicted = leaving;
            // The platform is part of the key: some always write the serial 0, and two of those must not push each other out.
            if (session.SenderKey is { } key) leaving.AddRange(_sessions.Where(other => other.Platform == session.Platform && other.SenderKey == key));
            List<LiveSession> staying = [.. _sessions.Where(other => other.CameraId == session.CameraId && !leaving.Contains(other))];
            if (staying.Count >= Options.MaxPerCamera)
            {
                // A platform that lost its memory asks again without a BYE to what it had.
                if (staying.Find(other => other.Platform == session.Platform) is not { } oldest) return false;
                leaving.Add(oldest);
            }
            session.Ssrc = session.Offer.Description.Ssrc ?? NewSsrc(session.DomainId);
            _sessions.RemoveAll(leaving.Contains);
            _sessions.Add(session);
        }
        foreach (LiveSession old in evicted) old.End(LiveEnd.Replaced);
        return true;
    }

    /// <summary>The session holds nothing any more.</summary>
    public void Remove(LiveSession session)
    {
        lock (_gate) _sessions.Remove(session);
    }

    private SdpSsrc NewSsrc(string domainId)
    {
        while (true)
        {
            SdpSsrc ssrc = SdpSsrc.Create(history: false, domainId, RandomNumberGenerator.GetInt32(10_000));
            if (!_sessions.Exists(session => session.Ssrc == ssrc)) return ssrc;
        }
    }
}
