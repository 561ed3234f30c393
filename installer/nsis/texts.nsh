; What the setup program says besides the standard pages, in both languages.
!macro Text name english chinese
  LangString TEXT_${name} ${LANG_ENGLISH} "${english}"
  LangString TEXT_${name} ${LANG_SIMPCHINESE} "${chinese}"
!macroend

!insertmacro Text IN_USE \
  "Roundtrip is running. Close it and try again." \
  "Roundtrip 正在运行。请先关闭它，然后重试。"
!insertmacro Text DOWNGRADE \
  "A newer version of Roundtrip is already installed." \
  "电脑上已安装更新版本的 Roundtrip。"
!insertmacro Text NOT_ADMIN \
  "Administrator rights are needed to install for all users." \
  "为所有用户安装需要管理员权限。"
!insertmacro Text OLD_WINDOWS \
  "Windows 10 version 1809 or newer is needed." \
  "需要 Windows 10 版本 1809 或更高版本。"
!insertmacro Text NOT_WRITTEN \
  "The program files could not be written. Is the disk full?" \
  "无法写入程序文件。磁盘是否已满？"
!insertmacro Text NOT_OURS \
  "The program is not in this folder; nothing was removed." \
  "此文件夹中没有本程序，未删除任何内容。"
