using System.Runtime.InteropServices;

namespace Gb28181Edge.Streaming;

/// <summary>The few Linux system calls that the send loop makes itself: what .NET's Socket has no way to say. 64-bit Linux only.</summary>
internal static partial class Libc
{
    public const int MsgDontWait = 0x40;
    public const int MsgNoSignal = 0x4000;

    public const short PollIn = 0x0001;
    public const short PollOut = 0x0004;
    public const short PollErr = 0x0008;
    public const short PollHup = 0x0010;
    public const short PollRdHup = 0x2000;

    public const int EIntr = 4;
    public const int EIo = 5;
    public const int EAgain = 11;
    public const int EInval = 22;
    public const int ENFile = 23;
    public const int EMFile = 24;
    public const int EMsgSize = 90;
    public const int ENoProtoOpt = 92;
    public const int EOpNotSupp = 95;
    public const int EAddrInUse = 98;
    public const int EAddrNotAvail = 99;
    public const int ENetUnreach = 101;
    public const int ENoBufs = 105;
    public const int EConnRefused = 111;
    public const int EHostUnreach = 113;
    public const int EInProgress = 115;

    public const int SolTcp = 6;
    public const int TcpUserTimeout = 18;
    public const int SolUdp = 17;
    public const int UdpSegment = 103;

    private const int EfdNonBlock = 0x800;
    private const int EfdCloExec = 0x80000;
    private const int SockNonBlock = 0x800;
    private const int SockCloExec = 0x80000;
    private const int SolSocket = 1;
    private const int SoError = 4;

    [StructLayout(LayoutKind.Sequential)]
    public unsafe struct IoVector
    {
        public byte* Base;
        public nuint Length;
    }

    [StructLayout(LayoutKind.Sequential)]
    public unsafe struct MessageHeader
    {
        public void* Name;
        public uint NameLength;
        public IoVector* Vectors;
        public nuint VectorCount;
        public void* Control;
        public nuint ControlLength;
        public int Flags;
    }

    /// <summary>cmsghdr with the 16-bit segment size of UDP_SEGMENT, padded to CMSG_SPACE(2).</summary>
    [StructLayout(LayoutKind.Sequential, Size = 24)]
    public struct SegmentControl
    {
        /// <summary>CMSG_LEN(2).</summary>
        public const int UsedLength = 18;

        public nuint Length;
        public int Level;
        public int Type;
        public ushort SegmentSize;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct PollDescriptor
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        public long Seconds;
        public long Nanoseconds;
    }

    /// <summary>sendmsg(2) without waiting and without SIGPIPE.</summary>
    /// <returns>The bytes taken, or −errno.</returns>
    public static unsafe int SendMessage(int descriptor, MessageHeader* message)
    {
        while (true)
        {
            nint sent = SendMessageNative(descriptor, message, MsgDontWait | MsgNoSignal);
            if (sent >= 0) return (int)sent;
            int error = Marshal.GetLastPInvokeError();
            if (error != EIntr) return -error;
        }
    }

    /// <summary>Reads what came without waiting.</summary>
    /// <returns>The bytes read, 0 when the peer has closed, or −errno.</returns>
    public static unsafe int Receive(int descriptor, Span<byte> buffer)
    {
        fixed (byte* start = buffer)
        {
            while (true)
            {
                nint received = ReceiveNative(descriptor, start, (nuint)buffer.Length, MsgDontWait);
                if (received >= 0) return (int)received;
                int error = Marshal.GetLastPInvokeError();
                if (error != EIntr) return -error;
            }
        }
    }

    /// <summary>Waits until a descriptor is ready or the time is up; null waits for ever.</summary>
    public static unsafe void Poll(Span<PollDescriptor> descriptors, TimeSpan? timeout)
    {
        TimeSpec spec = default;
        if (timeout is { } wait)
        {
            long ticks = Math.Max(0, wait.Ticks);
            spec = new TimeSpec { Seconds = ticks / TimeSpan.TicksPerSecond, Nanoseconds = ticks % TimeSpan.TicksPerSecond * 100 };
        }
        fixed (PollDescriptor* start = descriptors)
        {
            int ready = PollNative(start, (nuint)descriptors.Length, timeout is null ? null : &spec, null);
            if (ready >= 0) return;
            int error = Marshal.GetLastPInvokeError();
            if (error != EIntr) throw new IOException($"ppoll failed: errno {error}");
            foreach (ref PollDescriptor descriptor in descriptors) descriptor.Returned = 0;
        }
    }

    /// <summary>An event counter that wakes <see cref="Poll"/>.</summary>
    public static int CreateEvent()
    {
        int descriptor = EventNative(0, EfdNonBlock | EfdCloExec);
        return descriptor >= 0 ? descriptor : throw new IOException($"eventfd failed: errno {Marshal.GetLastPInvokeError()}");
    }

    public static unsafe void SignalEvent(int descriptor)
    {
        ulong one = 1;
        // a full counter (EAGAIN) wakes the reader just as well
        _ = WriteNative(descriptor, &one, sizeof(ulong));
    }

    public static unsafe void ClearEvent(int descriptor)
    {
        ulong count;
        _ = ReadNative(descriptor, &count, sizeof(ulong));
    }

    public static void CloseEvent(int descriptor) => _ = CloseNative(descriptor);

    /// <summary>Begins to connect a non-blocking socket.</summary>
    /// <returns>0 when connected at once, or −errno; −EINPROGRESS when it goes on.</returns>
    public static unsafe int Connect(int descriptor, ReadOnlySpan<byte> address)
    {
        fixed (byte* start = address)
            return ConnectNative(descriptor, start, (uint)address.Length) == 0 ? 0 : -Marshal.GetLastPInvokeError();
    }

    /// <summary>Takes one connection, non-blocking.</summary>
    /// <returns>Its descriptor, or −errno.</returns>
    public static unsafe int Accept(int descriptor)
    {
        int accepted = AcceptNative(descriptor, null, null, SockNonBlock | SockCloExec);
        return accepted >= 0 ? accepted : -Marshal.GetLastPInvokeError();
    }

    /// <summary>Takes the socket's pending error: errno, 0 for none.</summary>
    public static unsafe int TakeError(int descriptor)
    {
        int value = 0;
        uint length = sizeof(int);
        return GetOptionNative(descriptor, SolSocket, SoError, &value, &length) == 0 ? value : Marshal.GetLastPInvokeError();
    }

    [LibraryImport("libc", EntryPoint = "sendmsg", SetLastError = true)]
    private static unsafe partial nint SendMessageNative(int descriptor, MessageHeader* message, int flags);

    [LibraryImport("libc", EntryPoint = "recv", SetLastError = true)]
    private static unsafe partial nint ReceiveNative(int descriptor, byte* buffer, nuint length, int flags);

    [LibraryImport("libc", EntryPoint = "ppoll", SetLastError = true)]
    private static unsafe partial int PollNative(PollDescriptor* descriptors, nuint count, TimeSpec* timeout, void* signals);

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    private static partial int EventNative(uint value, int flags);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static unsafe partial nint WriteNative(int descriptor, void* buffer, nuint length);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static unsafe partial nint ReadNative(int descriptor, void* buffer, nuint length);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int CloseNative(int descriptor);

    [LibraryImport("libc", EntryPoint = "connect", SetLastError = true)]
    private static unsafe partial int ConnectNative(int descriptor, byte* address, uint length);

    [LibraryImport("libc", EntryPoint = "accept4", SetLastError = true)]
    private static unsafe partial int AcceptNative(int descriptor, void* address, uint* length, int flags);

    [LibraryImport("libc", EntryPoint = "getsockopt", SetLastError = true)]
    private static unsafe partial int GetOptionNative(int descriptor, int level, int option, void* value, uint* length);
}
