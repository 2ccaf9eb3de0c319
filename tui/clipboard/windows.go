//go:build windows

package clipboard

import (
	"context"
	"errors"
	"runtime"
	"time"
	"unsafe"

	"golang.org/x/sys/windows"

	"sfauth/flow"
)

var (
	user32   = windows.NewLazySystemDLL("user32.dll")
	kernel32 = windows.NewLazySystemDLL("kernel32.dll")

	openClipboard           = user32.NewProc("OpenClipboard")
	closeClipboard          = user32.NewProc("CloseClipboard")
	emptyClipboard          = user32.NewProc("EmptyClipboard")
	getClipboardData        = user32.NewProc("GetClipboardData")
	setClipboardData        = user32.NewProc("SetClipboardData")
	isFormatAvailable       = user32.NewProc("IsClipboardFormatAvailable")
	registerClipboardFormat = user32.NewProc("RegisterClipboardFormatW")
	globalAlloc             = kernel32.NewProc("GlobalAlloc")
	globalFree              = kernel32.NewProc("GlobalFree")
	globalLock              = kernel32.NewProc("GlobalLock")
	globalUnlock            = kernel32.NewProc("GlobalUnlock")
	globalSize              = kernel32.NewProc("GlobalSize")
	moveMemory              = kernel32.NewProc("RtlMoveMemory")
)

const (
	unicodeText = 13 // CF_UNICODETEXT
	moveable    = 2  // GMEM_MOVEABLE
)

// By these formats Windows and clipboard managers know what stays out of their histories and
// off other devices (learn.microsoft.com, "Clipboard formats"): a number, 0 for no.
var secretFormats = []string{"ExcludeClipboardContentFromMonitorProcessing", "CanIncludeInClipboardHistory", "CanUploadToCloudClipboard"}

// ways is Windows' own. Over SSH there is none: the clipboard here is not where the person is.
func ways(_ string, getenv func(string) string, secret bool) ([]way, error) {
	if flow.OverSSH(getenv) {
		return nil, ErrNone
	}
	return []way{{"Windows", true, func(ctx context.Context, text string) error { return put(ctx, text, secret) }, get}}, nil
}

func put(ctx context.Context, text string, secret bool) error {
	units, err := windows.UTF16FromString(text)
	if err != nil {
		return err
	}
	return whileOpen(ctx, func() error {
		if ok, _, err := emptyClipboard.Call(); ok == 0 {
			return err
		}
		if text == "" {
			return nil
		}
		if secret {
			for _, name := range secretFormats {
				p, err := windows.UTF16PtrFromString(name)
				if err != nil {
					return err
				}
				format, _, err := registerClipboardFormat.Call(uintptr(unsafe.Pointer(p)))
				if format == 0 {
					return err
				}
				no := [4]byte{}
				if err := hand(format, unsafe.Pointer(&no), unsafe.Sizeof(no)); err != nil {
					return err
				}
			}
		}
		return hand(unicodeText, unsafe.Pointer(&units[0]), uintptr(len(units))*unsafe.Sizeof(units[0]))
	})
}

// hand gives the clipboard a copy of so many bytes.
func hand(format uintptr, data unsafe.Pointer, size uintptr) error {
	h, _, err := globalAlloc.Call(moveable, size)
	if h == 0 {
		return err
	}
	if at, _, failed := globalLock.Call(h); at != 0 {
		moveMemory.Call(at, uintptr(data), size)
		globalUnlock.Call(h)
		if ok, _, failed := setClipboardData.Call(format, h); ok == 0 {
			err = failed
		} else {
			return nil // it is the clipboard's now
		}
	} else {
		err = failed
	}
	globalFree.Call(h)
	return err
}

func get(ctx context.Context) (text string, err error) {
	err = whileOpen(ctx, func() error {
		if is, _, _ := isFormatAvailable.Call(unicodeText); is == 0 {
			return nil // it is empty, or has a picture
		}
		h, _, err := getClipboardData.Call(unicodeText)
		if h == 0 {
			return err
		}
		at, _, err := globalLock.Call(h)
		if at == 0 {
			return err
		}
		defer globalUnlock.Call(h)
		size, _, _ := globalSize.Call(h)
		units := make([]uint16, size/2+1)
		moveMemory.Call(uintptr(unsafe.Pointer(&units[0])), at, size/2*2)
		text = windows.UTF16ToString(units)
		return nil
	})
	return text, err
}

// whileOpen does something while no other program has the clipboard open. It belongs to the
// thread that opened it.
func whileOpen(ctx context.Context, do func() error) error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	for {
		ok, _, err := openClipboard.Call(0)
		if ok != 0 {
			break
		}
		select {
		case <-time.After(10 * time.Millisecond):
		case <-ctx.Done():
			return errors.Join(context.Cause(ctx), err)
		}
	}
	defer closeClipboard.Call()
	return do()
}
