"""The desktop's windows: the only package that knows Qt."""

from ui.immortal import keep_singletons

keep_singletons()  # before any module of this package calls Qt
