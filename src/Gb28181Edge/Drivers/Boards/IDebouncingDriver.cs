namespace Gb28181Edge.Drivers.Boards;

/// <summary>A GPIO driver whose chip or kernel can swallow the bouncing of a contact before it wakes anybody.</summary>
internal interface IDebouncingDriver
{
    /// <summary>Asks for it, before the first callback of the pin; zero is none.</summary>
    void SetDebounce(int pinNumber, TimeSpan period);
}
