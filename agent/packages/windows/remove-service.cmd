@echo off
rem Stops and removes the service. Unsent sales and the till's identity stay in %ProgramData%\Tillbridge.
rem Exit code 1: it still runs, or Windows still holds its name.
setlocal
call "%~dp0stop-service.cmd" || exit /b 1
sc.exe query TillbridgeAgent >nul 2>&1 || exit /b 0
sc.exe delete TillbridgeAgent >nul 2>&1
rem a service that another program looks at is only marked for deletion, and its name is not free until then
for /l %%n in (1,1,20) do (
  sc.exe query TillbridgeAgent >nul 2>&1 || exit /b 0
  ping.exe -n 2 127.0.0.1 >nul
)
exit /b 1
