@echo off
rem Stops the service TillbridgeAgent and waits until it has stopped: the agent may take 30 seconds, and its files are in use until then.
rem Exit code 1: it still runs.
setlocal
sc.exe query TillbridgeAgent >nul 2>&1 || exit /b 0
sc.exe stop TillbridgeAgent >nul 2>&1
for /l %%n in (1,1,45) do (
  rem Windows translates the word before the colon, and not the state
  sc.exe query TillbridgeAgent | findstr.exe /r /c:": 1  *STOPPED" >nul && exit /b 0
  ping.exe -n 2 127.0.0.1 >nul
)
exit /b 1
