; A log of our own, as standard builds of NSIS have none: UTF-16 text, appended to, where /LOG= says or in %TEMP%.
Var LogFile

!macro LogFunctions un
  Function ${un}WriteLog
    Exch $R9
    Push $R0
    Push $R1
    Push $R2
    Push $R3
    Push $R4
    Push $R5
    Push $R6
    ${If} $LogFile != ""
      ${GetTime} "" "L" $R0 $R1 $R2 $R3 $R4 $R5 $R6
      FileWriteUTF16LE $LogFile "$R2-$R1-$R0 $R4:$R5:$R6 $R9$\r$\n"
    ${EndIf}
    DetailPrint "$R9"
    Pop $R6
    Pop $R5
    Pop $R4
    Pop $R3
    Pop $R2
    Pop $R1
    Pop $R0
    Pop $R9
  FunctionEnd
!macroend
!insertmacro LogFunctions ""
!insertmacro LogFunctions "un."

!macro OpenLog un
  ${GetParameters} $R0
  ClearErrors
  ${GetOptions} $R0 "/LOG=" $R1
  ${If} ${Errors}
    StrCpy $R1 "$TEMP\${APP}-setup.log"
  ${EndIf}
  ClearErrors
  FileOpen $LogFile "$R1" a
  ${If} ${Errors}
    StrCpy $LogFile ""
  ${Else}
    FileSeek $LogFile 0 END $R1
    ${If} $R1 = 0
      FileWriteWord $LogFile 0xFEFF
    ${EndIf}
  ${EndIf}
!macroend

!macro WriteLog un text
  Push `${text}`
  Call ${un}WriteLog
!macroend
!define Log `!insertmacro WriteLog ""`
!define unLog `!insertmacro WriteLog "un."`

; Say why, unless silent; leave with a code that a script can read.
!macro Refuse un code text
  !insertmacro WriteLog "${un}" `ERROR ${code}: ${text}`
  MessageBox MB_ICONSTOP `${text}` /SD IDOK
  SetErrorLevel ${code}
  Quit
!macroend
