namespace Gb28181Edge.Protocol.Manscdp;

/// <summary>The state of pan, tilt and zoom that a PTZ frame sets as a whole. GB/T 28181-2016 A.3.2, GB/T 28181-2022 A.3.2.</summary>
/// <param name="Pan">+1 right, −1 left, 0 stands.</param>
/// <param name="PanSpeed">0 … 255; 0 is the slowest, not a stop.</param>
/// <param name="Tilt">+1 up, −1 down, 0 stands.</param>
/// <param name="TiltSpeed">0 … 255; 0 is the slowest.</param>
/// <param name="Zoom">+1 in (tele), −1 out (wide), 0 stands.</param>
/// <param name="ZoomSpeed">0 … 15; 0 is the slowest.</param>
internal readonly record struct PtzMove(int Pan, byte PanSpeed, int Tilt, byte TiltSpeed, int Zoom, byte ZoomSpeed)
{
    /// <summary>Nothing moves; it also ends a running cruise or scan.</summary>
    public bool IsStop => Pan == 0 && Tilt == 0 && Zoom == 0;

    /// <summary>−1 … +1 of top speed, + is right. A direction at speed 0 is the slowest motion, never a stop.</summary>
    public float PanVelocity => PtzCommand.Velocity(Pan, PanSpeed, byte.MaxValue);

    /// <summary>−1 … +1 of top speed, + is up.</summary>
    public float TiltVelocity => PtzCommand.Velocity(Tilt, TiltSpeed, byte.MaxValue);

    /// <summary>−1 … +1 of top speed, + is tele.</summary>
    public float ZoomVelocity => PtzCommand.Velocity(Zoom, ZoomSpeed, PtzCommand.MaxZoomSpeed);
}

/// <summary>The state of focus and iris that an FI frame sets as a whole. GB/T 28181-2016 A.3.3, GB/T 28181-2022 A.3.3.</summary>
/// <param name="Focus">+1 far, −1 near, 0 stands.</param>
/// <param name="FocusSpeed">0 … 255; 0 is the slowest.</param>
/// <param name="Iris">+1 opens, −1 closes, 0 stands.</param>
/// <param name="IrisSpeed">0 … 255; 0 is the slowest.</param>
internal readonly record struct PtzLens(int Focus, byte FocusSpeed, int Iris, byte IrisSpeed)
{
    public bool IsStop => Focus == 0 && Iris == 0;

    /// <summary>−1 … +1 of top speed, + is far.</summary>
    public float FocusVelocity => PtzCommand.Velocity(Focus, FocusSpeed, byte.MaxValue);

    /// <summary>−1 … +1 of top speed, + opens.</summary>
    public float IrisVelocity => PtzCommand.Velocity(Iris, IrisSpeed, byte.MaxValue);
}
