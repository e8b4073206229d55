@echo off
rem Enrols this till: enrol.cmd HOME HUB CODEFILE. The code is read from a file, because every user can see a program's arguments.
setlocal
set "TILLBRIDGE_DATA=%ProgramData%\Tillbridge\agent"
"%~1\node.exe" "%~1\bin\tillbridge-agent.mjs" enrol --hub "%~2" < "%~3"
set "RESULT=%ERRORLEVEL%"
del /f /q "%~3"
if "%RESULT%"=="0" sc.exe start TillbridgeAgent
exit /b %RESULT%
