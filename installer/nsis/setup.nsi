; The setup program: per machine or per user, silent or asking, upgrades in place, logs, speaks exit codes.
;   makensis -DVERSION=1.2.3 -DBUNDLE=dist/Roundtrip -DOUT=Roundtrip-1.2.3-x64-setup.exe setup.nsi
; Switches and exit codes are documented in ../ADMIN.md.
Unicode true
Target amd64-unicode          ; Qt 6 is 64-bit only; the 32-bit stub would install nothing under a 64-bit wine

!define APP      "Roundtrip"
!define TITLE    "Roundtrip 往返"
!define VENDOR   "Roundtrip"
!define PROGRAM  "Roundtrip.exe"
!define UNKEY    "Software\Microsoft\Windows\CurrentVersion\Uninstall\Roundtrip"  ; never changes between versions
!define APPKEY   "Software\Roundtrip"
!define MINIMUM_BUILD 17763   ; Windows 10 1809: Qt 6.12 needs its icuuc.dll

!define E_OK 0
!define E_FAILED 2
!define E_IN_USE 10
!define E_DOWNGRADE 11
!define E_NOT_ADMIN 12
!define E_OLD_WINDOWS 13

Name "${TITLE} ${VERSION}"
OutFile "${OUT}"
SetCompressor /SOLID lzma
CRCCheck force
BrandingText "${TITLE}"

!define MULTIUSER_EXECUTIONLEVEL Highest
!define MULTIUSER_MUI
!define MULTIUSER_INSTALLMODE_COMMANDLINE           ; /AllUsers /CurrentUser
!define MULTIUSER_INSTALLMODE_DEFAULT_CURRENTUSER
!define MULTIUSER_INSTALLMODE_INSTDIR "${APP}"
!define MULTIUSER_INSTALLMODE_DEFAULT_REGISTRY_KEY "${UNKEY}"
!define MULTIUSER_INSTALLMODE_DEFAULT_REGISTRY_VALUENAME "UninstallString"
!define MULTIUSER_INSTALLMODE_INSTDIR_REGISTRY_KEY "${UNKEY}"
!define MULTIUSER_INSTALLMODE_INSTDIR_REGISTRY_VALUENAME "InstallLocation"
!define MULTIUSER_USE_PROGRAMFILES64
!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
!define MUI_WELCOMEFINISHPAGE_BITMAP "${SIDE}"
!define MUI_UNWELCOMEFINISHPAGE_BITMAP "${SIDE}"
!define MUI_FINISHPAGE_RUN "$INSTDIR\${PROGRAM}"    ; never after a silent installation: no page, no start

!include MultiUser.nsh
!include MUI2.nsh
!include LogicLib.nsh
!include FileFunc.nsh
!include WordFunc.nsh
!include WinVer.nsh

!insertmacro MUI_PAGE_WELCOME
!insertmacro MULTIUSER_PAGE_INSTALLMODE
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "English"                 ; the first one serves every language that is not listed
!insertmacro MUI_LANGUAGE "SimpChinese"
!include texts.nsh
!include log.nsh

VIProductVersion "${VERSION}.0"
!macro VersionInfo language
  VIAddVersionKey /LANG=${language} ProductName "${TITLE}"
  VIAddVersionKey /LANG=${language} CompanyName "${VENDOR}"
  VIAddVersionKey /LANG=${language} FileDescription "${TITLE} setup"
  VIAddVersionKey /LANG=${language} FileVersion "${VERSION}"
  VIAddVersionKey /LANG=${language} ProductVersion "${VERSION}"
  VIAddVersionKey /LANG=${language} LegalCopyright "${VENDOR}"
!macroend
!insertmacro VersionInfo ${LANG_ENGLISH}
!insertmacro VersionInfo ${LANG_SIMPCHINESE}

; A running program keeps its file open: whoever can open it for writing is alone. Works across sessions, without plugins.
!macro RefuseWhileRunning un
  ${If} ${FileExists} "$INSTDIR\${PROGRAM}"
    ClearErrors
    FileOpen $0 "$INSTDIR\${PROGRAM}" a
    ${If} ${Errors}
      !insertmacro Refuse "${un}" ${E_IN_USE} "$(TEXT_IN_USE)"
    ${EndIf}
    FileClose $0
  ${EndIf}
!macroend

Function .onInit
  SetRegView 64
  SetShellVarContext current
  StrCpy $R7 $INSTDIR                               ; what /D= said; MultiUser overwrites it
  !insertmacro OpenLog ""
  ${Log} "setup ${VERSION}: $CMDLINE"
  ${IfNot} ${AtLeastBuild} ${MINIMUM_BUILD}
    !insertmacro Refuse "" ${E_OLD_WINDOWS} "$(TEXT_OLD_WINDOWS)"
  ${EndIf}
  !insertmacro MULTIUSER_INIT
  ${GetParameters} $R0
  ClearErrors
  ${GetOptions} $R0 "/AllUsers" $R1
  ${IfNot} ${Errors}
  ${AndIf} $MultiUser.InstallMode != "AllUsers"     ; MultiUser would quietly install for this user instead
    !insertmacro Refuse "" ${E_NOT_ADMIN} "$(TEXT_NOT_ADMIN)"
  ${EndIf}
  ${If} $R7 != ""
    StrCpy $INSTDIR $R7
  ${EndIf}
  Call RefuseDowngrade
  !insertmacro RefuseWhileRunning ""
FunctionEnd

Function RefuseDowngrade
  ReadRegStr $0 SHCTX "${UNKEY}" "DisplayVersion"
  ${If} $0 == ""
    Return
  ${EndIf}
  ${VersionCompare} "$0" "${VERSION}" $1
  ClearErrors
  ${GetOptions} $R0 "/ALLOWDOWNGRADE" $R1
  ${If} ${Errors}
  ${AndIf} $1 = 1                                   ; the installed one is newer
    !insertmacro Refuse "" ${E_DOWNGRADE} "$(TEXT_DOWNGRADE)"
  ${EndIf}
  ${Log} "upgrade from $0"
FunctionEnd

Section
  ${Log} "$MultiUser.InstallMode, into $INSTDIR"
  RMDir /r "$INSTDIR\_internal"                     ; no library of an earlier version may remain
  SetOutPath "$INSTDIR"
  ClearErrors
  File /r "${BUNDLE}/*.*"
  ${If} ${Errors}
    !insertmacro Refuse "" ${E_FAILED} "$(TEXT_NOT_WRITTEN)"
  ${EndIf}
  WriteUninstaller "$INSTDIR\uninstall.exe"
  CreateShortcut "$SMPROGRAMS\${TITLE}.lnk" "$INSTDIR\${PROGRAM}"
  ${GetParameters} $R0
  ClearErrors
  ${GetOptions} $R0 "/DESKTOP" $R1
  ${IfNot} ${Errors}
    CreateShortcut "$DESKTOP\${TITLE}.lnk" "$INSTDIR\${PROGRAM}"
  ${EndIf}
  Call Register
  ${Log} "done"
  SetErrorLevel ${E_OK}
SectionEnd

Function Register
  WriteRegStr SHCTX "${UNKEY}" "DisplayName" "${TITLE}"
  WriteRegStr SHCTX "${UNKEY}" "DisplayVersion" "${VERSION}"
  WriteRegStr SHCTX "${UNKEY}" "Publisher" "${VENDOR}"
  WriteRegStr SHCTX "${UNKEY}" "InstallLocation" "$INSTDIR"
  WriteRegStr SHCTX "${UNKEY}" "DisplayIcon" "$INSTDIR\${PROGRAM},0"
  WriteRegStr SHCTX "${UNKEY}" "UninstallString" '"$INSTDIR\uninstall.exe" /$MultiUser.InstallMode'
  WriteRegStr SHCTX "${UNKEY}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /$MultiUser.InstallMode /S'
  WriteRegDWORD SHCTX "${UNKEY}" "NoModify" 1
  WriteRegDWORD SHCTX "${UNKEY}" "NoRepair" 1
  ${GetSize} "$INSTDIR" "/S=0K" $0 $1 $2
  WriteRegDWORD SHCTX "${UNKEY}" "EstimatedSize" $0
  WriteRegStr SHCTX "${APPKEY}" "InstallDir" "$INSTDIR"
  WriteRegStr SHCTX "${APPKEY}" "Version" "${VERSION}"
FunctionEnd

Function un.onInit
  SetRegView 64
  SetShellVarContext current
  !insertmacro OpenLog "un."
  ${unLog} "uninstall ${VERSION}: $CMDLINE"
  !insertmacro MULTIUSER_UNINIT
  !insertmacro RefuseWhileRunning "un."
FunctionEnd

Section "Uninstall"
  ${IfNot} ${FileExists} "$INSTDIR\${PROGRAM}"      ; never delete in a folder that is not ours
    !insertmacro Refuse "un." ${E_FAILED} "$(TEXT_NOT_OURS)"
  ${EndIf}
  RMDir /r "$INSTDIR\_internal"
  Delete "$INSTDIR\${PROGRAM}"
  SetOutPath "$TEMP"
  ; The uninstaller works in a copy of itself; until the original has ended, its file cannot be deleted.
  ${ForEach} $R2 1 50 + 1
    Delete "$INSTDIR\uninstall.exe"
    ${IfNot} ${FileExists} "$INSTDIR\uninstall.exe"
      ${ExitFor}
    ${EndIf}
    Sleep 100
  ${Next}
  RMDir "$INSTDIR"                                  ; stays if somebody put files of his own there
  Delete "$SMPROGRAMS\${TITLE}.lnk"
  Delete "$DESKTOP\${TITLE}.lnk"
  DeleteRegKey SHCTX "${UNKEY}"
  DeleteRegKey SHCTX "${APPKEY}"
  ${GetParameters} $R0
  ClearErrors
  ${GetOptions} $R0 "/PURGE" $R1
  ${IfNot} ${Errors}                                ; work that was never sent would be lost: only when asked for
    SetShellVarContext current
    RMDir /r "$LOCALAPPDATA\${APP}"
    ${unLog} "data of the current user removed"
  ${EndIf}
  ${unLog} "removed"
  SetErrorLevel ${E_OK}
SectionEnd
