<#
.SYNOPSIS
Publishes the agent, ahead-of-time compiled, to artifacts/<runtime>.
.PARAMETER Runtime
linux-arm64 for a board, linux-x64 for a PC.
.NOTES
The same by hand: dotnet publish src/Gb28181Edge -r linux-arm64
#>
param(
    [ValidateSet('linux-arm64', 'linux-x64')]
    [string] $Runtime = 'linux-arm64'
)
$ErrorActionPreference = 'Stop'
dotnet publish (Join-Path $PSScriptRoot 'src' 'Gb28181Edge') -r $Runtime
exit $LASTEXITCODE
