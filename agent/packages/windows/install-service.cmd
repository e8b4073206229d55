@echo off
rem Installs the agent as the service TillbridgeAgent, under an account of its own. Run as an administrator; the installer does.
rem %1: where the agent's program lies. shawl.exe wraps it: see docs/install-guide.md, "Windows service".
setlocal
set "HOME_DIR=%~1"
set "DATA_DIR=%ProgramData%\Tillbridge\agent"
set "DESK_DIR=%ProgramData%\Tillbridge\desk"
set "LOG_DIR=%ProgramData%\Tillbridge\log"
if "%HOME_DIR%"=="" exit /b 2
call "%~dp0remove-service.cmd" || exit /b 1
mkdir "%DATA_DIR%" "%DESK_DIR%" "%LOG_DIR%" 2>nul
"%HOME_DIR%\shawl.exe" add --name TillbridgeAgent --restart-if-not 0 --stop-timeout 30000 --log-dir "%LOG_DIR%" --cwd "%DATA_DIR%" -- "%HOME_DIR%\node.exe" "%HOME_DIR%\bin\tillbridge-agent.mjs" launch --data "%DATA_DIR%" --desk "%DESK_DIR%" || exit /b 1
sc.exe config TillbridgeAgent obj= "NT SERVICE\TillbridgeAgent" start= delayed-auto DisplayName= "Tillbridge agent" || exit /b 1
sc.exe failure TillbridgeAgent reset= 86400 actions= restart/5000/restart/5000/restart/60000
rem the data belong to the service and to administrators; signed-in users may read the way into the till page, and start the service
icacls "%DATA_DIR%" /inheritance:r /grant:r "NT SERVICE\TillbridgeAgent:(OI)(CI)F" "*S-1-5-32-544:(OI)(CI)F" "*S-1-5-18:(OI)(CI)F" || exit /b 1
icacls "%LOG_DIR%" /inheritance:r /grant:r "NT SERVICE\TillbridgeAgent:(OI)(CI)M" "*S-1-5-32-544:(OI)(CI)F" "*S-1-5-18:(OI)(CI)F" || exit /b 1
icacls "%DESK_DIR%" /inheritance:r /grant:r "NT SERVICE\TillbridgeAgent:(OI)(CI)M" "*S-1-5-32-544:(OI)(CI)F" "*S-1-5-18:(OI)(CI)F" "*S-1-5-4:(OI)(CI)RX" || exit /b 1
sc.exe sdset TillbridgeAgent "D:(A;;CCLCSWRPWPDTLOCRRC;;;SY)(A;;CCDCLCSWRPWPDTLOCRSDRCWDWO;;;BA)(A;;CCLCSWRPLOCRRC;;;IU)(A;;CCLCSWLOCRRC;;;SU)"
if exist "%DATA_DIR%\device.json" sc.exe start TillbridgeAgent
exit /b 0
