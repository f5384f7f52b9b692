//! Connections: TCP with limits of time, through a proxy if need be, TLS on top.

use std::io::{self, Read, Write};
use std::net::{IpAddr, SocketAddr, TcpStream, ToSocketAddrs};
use std::sync::{Arc, mpsc};

use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, StreamOwned};

use super::limits::Deadline;
use super::{Address, Cause, tls};
use go_text_template::functions::Url;

/// A connection to a server, whatever lies between.
pub(super) trait Link: Read + Write + Send {}

impl<T: Read + Write + Send> Link for T {}

/// A TCP connection whose every step has a limit of time.
struct Socket {
    stream: TcpStream,
    deadline: Deadline,
}

impl Socket {
    fn time_left(&self) -> io::Result<std::time::Duration> {
        self.deadline.left().ok_or_else(|| io::ErrorKind::TimedOut.into())
    }
}

impl Read for Socket {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        self.stream.set_read_timeout(Some(self.time_left()?))?;
        self.stream.read(out)
    }
}

impl Write for Socket {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.stream.set_write_timeout(Some(self.time_left()?))?;
        self.stream.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}

/// Connects to `address` by TCP.
#[expect(clippy::disallowed_methods, reason = "this is where sockets are opened")]
pub(super) fn tcp(address: &Address, deadline: Deadline) -> Result<Box<dyn Link>, Cause> {
    let mut failed = None;
    for target in look_up(address, deadline)? {
        let left = deadline.left().ok_or(Cause::NoAnswerInTime)?;
        match TcpStream::connect_timeout(&target, left) {
            Ok(stream) => {
                let _ = stream.set_nodelay(true);
                return Ok(Box::new(Socket { stream, deadline }));
            }
            Err(error) if error.kind() == io::ErrorKind::TimedOut => {
                return Err(Cause::NoAnswerInTime);
            }
            Err(error) => {
                let cause = Cause::Connect { address: target.to_string(), error };
                failed.get_or_insert(cause);
            }
        }
    }
    Err(failed.unwrap_or_else(|| no_such_host(&address.host)))
}

/// The addresses of a host. The system's look-up cannot be interrupted, so a thread waits for it.
fn look_up(address: &Address, deadline: Deadline) -> Result<Vec<SocketAddr>, Cause> {
    if let Ok(ip) = address.host.parse::<IpAddr>() {
        return Ok(vec![SocketAddr::new(ip, address.port)]);
    }
    let target = (address.host.clone(), address.port);
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        let found = target.to_socket_addrs().map(Iterator::collect::<Vec<_>>);
        let _ = sender.send(found);
    });
    let left = deadline.left().ok_or(Cause::NoAnswerInTime)?;
    match receiver.recv_timeout(left) {
        Ok(Ok(found)) => Ok(found),
        Ok(Err(_)) => Err(no_such_host(&address.host)),
        Err(_) => Err(Cause::NoAnswerInTime),
    }
}

fn no_such_host(host: &str) -> Cause {
    Cause::NoSuchHost { host: host.to_owned(), server: name_server() }
}

/// The name server that Go asks first, for its message alone.
fn name_server() -> String {
    let config = crate::model::read_file(b"/etc/resolv.conf").unwrap_or_default();
    let config = config.to_str_lossy();
    let server = config.lines().find_map(|line| line.strip_prefix("nameserver "));
    match server.map(str::trim) {
        Some(server) if server.contains(':') => format!("[{server}]:53"),
        Some(server) => format!("{server}:53"),
        None => String::new(),
    }
}

/// Opens a way through the proxy `link` to `address`.
pub(super) fn tunnel(
    link: &mut Box<dyn Link>,
    proxy: &Url,
    address: &Address,
) -> Result<(), Cause> {
    if proxy.scheme.starts_with(b"socks5") {
        return socks5(link, address);
    }
    let target = address.host_and_port();
    let mut head = format!("CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n");
    if let Some(value) = proxy_authorization(proxy) {
        head.push_str(&format!("Proxy-Authorization: {value}\r\n"));
    }
    head.push_str("\r\n");
    link.write_all(head.as_bytes()).map_err(Cause::of_io)?;
    let answer = super::http::read_head(link)?;
    if answer.status == 200 { Ok(()) } else { Err(Cause::Proxy(answer.reason)) }
}

/// What a proxy is told about who asks.
pub(super) fn proxy_authorization(proxy: &Url) -> Option<String> {
    let user = proxy.user.as_ref()?;
    let password = user.password.as_deref().unwrap_or_default();
    let text = [user.name.as_slice(), b":", password].concat();
    Some(format!("Basic {}", data_encoding::BASE64.encode(&text)))
}

/// RFC 1928 without authentication; the proxy looks the name up.
fn socks5(link: &mut Box<dyn Link>, address: &Address) -> Result<(), Cause> {
    let refused = || Cause::Proxy("socks connect: general SOCKS server failure".to_owned());
    let mut exchange = |send: &[u8], answer: &mut [u8]| {
        link.write_all(send).and_then(|()| link.read_exact(answer)).map_err(Cause::of_io)
    };
    let mut answer = [0; 2];
    exchange(&[5, 1, 0], &mut answer)?;
    let name_length = u8::try_from(address.host.len()).map_err(|_| refused())?;
    let port = address.port.to_be_bytes();
    let request = [&[5, 1, 0, 3, name_length], address.host.as_bytes(), &port].concat();
    let mut answer = [0; 5];
    exchange(&request, &mut answer)?;
    if answer[1] != 0 {
        return Err(refused());
    }
    let rest = match answer[3] {
        1 => 4 + 1,
        4 => 16 + 1,
        _ => usize::from(answer[4]) + 2,
    };
    exchange(&[], &mut vec![0; rest])
}

/// TLS with `address` over `link`.
pub(super) fn secure(
    link: Box<dyn Link>,
    address: &Address,
    config: Arc<ClientConfig>,
) -> Result<Box<dyn Link>, Cause> {
    let name = ServerName::try_from(address.host.clone())
        .map_err(|_| Cause::Tls(format!("tls: invalid server name {:?}", address.host)))?;
    let connection =
        ClientConnection::new(config, name).map_err(|error| Cause::Tls(format!("tls: {error}")))?;
    let mut stream = StreamOwned::new(connection, Sniffing { link, start: Vec::new() });
    while stream.conn.is_handshaking() {
        if let Err(error) = stream.conn.complete_io(&mut stream.sock) {
            return Err(handshake_cause(error, &stream.sock.start, address));
        }
    }
    Ok(Box::new(Closing(stream)))
}

fn handshake_cause(error: io::Error, start: &[u8], address: &Address) -> Cause {
    if start.starts_with(b"HTTP/") {
        return Cause::NoTls;
    }
    match tls::fault(&error, &address.host) {
        Some(text) => Cause::Tls(text),
        None if error.kind() == io::ErrorKind::UnexpectedEof => Cause::NoAnswer,
        None => Cause::of_io(error),
    }
}

/// Keeps the first bytes that come in: they tell a server without TLS.
struct Sniffing {
    link: Box<dyn Link>,
    start: Vec<u8>,
}

impl Read for Sniffing {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let count = self.link.read(out)?;
        if self.start.len() < 5 {
            self.start.extend_from_slice(&out[..count.min(5)]);
        }
        Ok(count)
    }
}

impl Write for Sniffing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.link.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.link.flush()
    }
}

/// A stream of TLS that words its failures, such as a certificate that the server misses.
struct Closing(StreamOwned<ClientConnection, Sniffing>);

impl Read for Closing {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        self.0.read(out).map_err(worded)
    }
}

impl Write for Closing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes).map_err(worded)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush().map_err(worded)
    }
}

fn worded(error: io::Error) -> io::Error {
    match tls::fault(&error, "") {
        Some(text) => Cause::Tls(text).into_io(),
        None => error,
    }
}
