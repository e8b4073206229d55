; What the installer does beside copying files. Silent: Tillbridge-Setup.exe /S /HUB=https://hub.example.com /ENROL=CODE
!include FileFunc.nsh

!macro customInstall
  ${if} ${FileExists} "$INSTDIR\resources\agent\node.exe"
    nsExec::ExecToLog '"$INSTDIR\resources\agent\install-service.cmd" "$INSTDIR\resources\agent"'
    Pop $0
    ${if} $0 != 0
      DetailPrint "The service could not be installed ($0)."
      SetErrorLevel 3
    ${endif}
    ${GetParameters} $R0
    ClearErrors
    ${GetOptions} $R0 "/HUB=" $R1
    ${ifNot} ${Errors}
      ClearErrors
      ${GetOptions} $R0 "/ENROL=" $R2
      ${ifNot} ${Errors}
        ; a file that only administrators read: the arguments of a program are everyone's
        InitPluginsDir
        FileOpen $R3 "$PLUGINSDIR\code" w
        FileWrite $R3 "$R2$\r$\n"
        FileClose $R3
        nsExec::ExecToLog '"$INSTDIR\resources\agent\enrol.cmd" "$INSTDIR\resources\agent" "$R1" "$PLUGINSDIR\code"'
        Pop $0
        ${if} $0 != 0
          DetailPrint "The till could not be enrolled ($0)."
          SetErrorLevel 4
        ${endif}
      ${endif}
    ${endif}
  ${endif}
!macroend

; In the section, before any file is removed: who cancels on a page before it leaves the service as it is. An update removes the
; version before it by that version's own uninstaller, and ends when that one does not succeed.
!macro customUnInstall
  nsExec::ExecToLog '"$INSTDIR\resources\agent\remove-service.cmd"'
  Pop $0
  ${if} $0 != 0
    MessageBox MB_OK|MB_ICONSTOP "The service TillbridgeAgent does not stop. Stop it in services.msc, then start this program again." /SD IDOK
    SetErrorLevel 3
    Quit
  ${endif}
!macroend
