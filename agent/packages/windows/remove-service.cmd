@echo off
rem Stops and removes the service. Unsent sales and the till's identity stay in %ProgramData%\Tillbridge.
sc.exe stop TillbridgeAgent >nul 2>&1
sc.exe delete TillbridgeAgent >nul 2>&1
exit /b 0
