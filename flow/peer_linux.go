package flow

import (
	"bytes"
	"encoding/binary"
	"errors"
	"net"
	"net/netip"
	"os"
	"syscall"
	"time"
)

// isForeignPeer tells whether another user of this machine made a loopback connection, root
// excepted: every user can read the authorize URL in /proc/PID/cmdline of the browser. It
// asks the kernel for the one socket (sock_diag(7)), and does not read the table of all
// sockets in /proc/net/tcp, which may be long and changes while it is read.
//
// It is false where the kernel does not tell, as for a peer outside of our network namespace
// (a browser on Windows, to a Linux inside of it). Then the person sees in the end who
// signed in.
func isForeignPeer(conn net.Conn) bool {
	tcp, ok := conn.(*net.TCPConn)
	if !ok {
		return false
	}
	ours, theirs := addressOf(tcp.LocalAddr()), addressOf(tcp.RemoteAddr())
	peer, err := socketOf(theirs, ours)
	if errors.Is(err, syscall.ENOENT) {
		time.Sleep(10 * time.Millisecond) // a reset may be on its way, which closes our end, too
		own, err := socketOf(ours, theirs)
		return err != nil || own.State != established
	}
	if err != nil {
		return false
	}
	// A socket that its process has closed belongs to nobody, and the kernel says root.
	return peer.Inode == 0 || peer.UID != 0 && peer.UID != uint32(os.Geteuid())
}

func addressOf(a net.Addr) netip.AddrPort {
	at := a.(*net.TCPAddr).AddrPort()
	return netip.AddrPortFrom(at.Addr().Unmap(), at.Port())
}

// What linux/inet_diag.h and linux/sock_diag.h define.
const (
	netlinkSockDiag  = 4
	sockDiagByFamily = 20
	established      = 1
)

// diagID is struct inet_diag_sockid: addresses and ports in network order.
type diagID struct {
	LocalPort, RemotePort [2]byte
	Local, Remote         [16]byte
	Interface             uint32
	Cookie                uint64
}

func idOf(local, remote netip.AddrPort) (id diagID) {
	copy(id.Local[:], local.Addr().AsSlice())
	copy(id.Remote[:], remote.Addr().AsSlice())
	binary.BigEndian.PutUint16(id.LocalPort[:], local.Port())
	binary.BigEndian.PutUint16(id.RemotePort[:], remote.Port())
	id.Cookie = ^uint64(0) // any
	return id
}

// socket is struct inet_diag_msg.
type socket struct {
	Family, State, Timer, Retransmits uint8
	ID                                diagID
	Expires, Received, Sent           uint32
	UID, Inode                        uint32
}

// socketOf is the socket of this machine with these two addresses. The error is
// syscall.ENOENT where there is none, and another one where the kernel does not tell.
func socketOf(local, remote netip.AddrPort) (found socket, err error) {
	family := syscall.AF_INET // this finds IPv4 addresses mapped into IPv6, too
	if local.Addr().Is6() {
		family = syscall.AF_INET6
	}
	var request bytes.Buffer
	_ = binary.Write(&request, binary.NativeEndian, struct {
		Header                       syscall.NlMsghdr
		Family, Protocol, Extensions uint8
		_                            uint8
		States                       uint32
		ID                           diagID
	}{
		Header:   syscall.NlMsghdr{Len: 72, Type: sockDiagByFamily, Flags: syscall.NLM_F_REQUEST},
		Family:   uint8(family),
		Protocol: syscall.IPPROTO_TCP,
		States:   ^uint32(0),
		ID:       idOf(local, remote),
	})
	answer, err := askKernel(request.Bytes())
	if err != nil {
		return socket{}, err
	}
	err = binary.Read(bytes.NewReader(answer), binary.NativeEndian, &found)
	if err == nil && found.ID.RemotePort != idOf(local, remote).RemotePort {
		return socket{}, syscall.ENOENT // the kernel found a listener on that port
	}
	return found, err
}

// askKernel sends one sock_diag message and returns the data of the first answer.
func askKernel(request []byte) ([]byte, error) {
	fd, err := syscall.Socket(syscall.AF_NETLINK, syscall.SOCK_RAW|syscall.SOCK_CLOEXEC, netlinkSockDiag)
	if err != nil {
		return nil, err
	}
	defer syscall.Close(fd)
	if err := syscall.SetsockoptTimeval(fd, syscall.SOL_SOCKET, syscall.SO_RCVTIMEO, &syscall.Timeval{Sec: 1}); err != nil {
		return nil, err
	}
	if err := syscall.Sendto(fd, request, 0, &syscall.SockaddrNetlink{Family: syscall.AF_NETLINK}); err != nil {
		return nil, err
	}
	answer := make([]byte, 4096)
	n, _, err := syscall.Recvfrom(fd, answer, 0)
	if err != nil {
		return nil, err
	}
	messages, err := syscall.ParseNetlinkMessage(answer[:n])
	if err != nil {
		return nil, err
	}
	if len(messages) == 0 {
		return nil, syscall.EIO
	}
	m := messages[0]
	if m.Header.Type == syscall.NLMSG_ERROR && len(m.Data) >= 4 {
		return nil, syscall.Errno(-int32(binary.NativeEndian.Uint32(m.Data)))
	}
	return m.Data, nil
}
