#include "textflag.h"

TEXT secKeychainGetStatus_trampoline<>(SB),NOSPLIT,$0-0
	JMP	sfauth_SecKeychainGetStatus(SB)

GLOBL	·secKeychainGetStatus(SB), RODATA, $8
DATA	·secKeychainGetStatus(SB)/8, $secKeychainGetStatus_trampoline<>(SB)
