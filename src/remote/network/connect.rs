//! Ways to a server: TCP, through a proxy if need be, TLS on top.

use std::net::{IpAddr, SocketAddr, ToSocketAddrs};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use std::{io, iter};

use futures_util::future::{Either, select};
use http_body_util::Full;
use hyper::body::Bytes;
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use super::error::system_text;
use super::link::{Heard, Link, MOST_HEAD};
use super::{Address, Cause, tls};
use go_text_template::url::Url;

/// How long the first kind of address is tried alone, as in Go.
const HEAD_START: Duration = Duration::from_millis(300);
/// The most headers of an answer; hyper makes room for all of them each time.
const MOST_HEADERS: usize = 2_000;

/// Somebody to talk HTTP with.
pub(super) type Talk = (SendRequest<Full<Bytes>>, Arc<Heard>);

/// Connects to the server at `address`. The configuration is there if anything on the way wants TLS.
pub(super) async fn open(
    address: Address,
    proxy: Option<Url>,
    config: Option<Arc<ClientConfig>>,
) -> Result<Talk, Cause> {
    let wants_tls = |scheme: &[u8]| config.clone().filter(|_| scheme == b"https");
    let Some(proxy) = proxy else {
        let link = tcp(&address).await?;
        return talk(secure(link, &address, wants_tls(address.scheme.as_bytes())).await?).await;
    };
    let by_proxy = |cause| Cause::Said(format!("proxyconnect tcp: {cause}"));
    let at = Address::of(&proxy).ok_or(Cause::NoHost)?;
    let link = tcp(&at).await.map_err(by_proxy)?;
    let mut link = secure(link, &at, wants_tls(&proxy.scheme)).await.map_err(by_proxy)?;
    if is_socks(&proxy) {
        socks5(&mut link, &proxy, &address).await?;
    } else if address.scheme == "https" {
        link = tunnel(link, &proxy, &address).await?;
    }
    talk(secure(link, &address, wants_tls(address.scheme.as_bytes())).await?).await
}

/// True for a proxy that takes connections to anywhere, whatever they carry.
pub(super) fn is_socks(proxy: &Url) -> bool {
    proxy.scheme.starts_with(b"socks5")
}

/// Begins to talk HTTP; the runtime carries it from then on.
async fn talk(link: Link) -> Result<Talk, Cause> {
    let heard = link.heard.clone();
    let (sender, connection) = http1::Builder::new()
        .title_case_headers(true)
        .allow_obsolete_multiline_headers_in_responses(true)
        .allow_spaces_after_header_name_in_responses(true)
        .max_headers(MOST_HEADERS)
        .max_buf_size(2 * MOST_HEAD)
        .handshake(TokioIo::new(link))
        .await
        .map_err(|error| heard.no_answer(&error))?;
    tokio::spawn(connection.with_upgrades());
    Ok((sender, heard))
}

async fn tcp(address: &Address) -> Result<Link, Cause> {
    let stream = dial(&look_up(address).await?).await?;
    let _ = stream.set_nodelay(true);
    let end = |end: io::Result<SocketAddr>| end.map(|end| end.to_string()).unwrap_or_default();
    let ends = format!("{}->{}", end(stream.local_addr()), end(stream.peer_addr()));
    Ok(Link::new(stream, ends))
}

/// The addresses of a host. The system's look-up cannot be interrupted, so a thread waits for it.
async fn look_up(address: &Address) -> Result<Vec<SocketAddr>, Cause> {
    if let Ok(ip) = address.host.parse::<IpAddr>() {
        return Ok(vec![SocketAddr::new(ip, address.port)]);
    }
    let target = (address.host.clone(), address.port);
    let found = tokio::task::spawn_blocking(move || target.to_socket_addrs().map(Vec::from_iter));
    match found.await {
        Ok(Ok(found)) if !found.is_empty() => Ok(found),
        _ => {
            let what = format!("dial tcp: lookup {}{}: no such host", address.host, name_server());
            Err(Cause::Said(what))
        }
    }
}

/// The name server that Go asks first, for its message alone.
fn name_server() -> String {
    let config = crate::model::read_file(b"/etc/resolv.conf").unwrap_or_default();
    let config = config.to_str_lossy();
    let server = config.lines().find_map(|line| line.strip_prefix("nameserver "));
    match server.map(|server| server.trim().parse::<IpAddr>()) {
        Some(Ok(server)) => format!(" on {}", SocketAddr::new(server, 53)),
        _ => String::new(),
    }
}

/// Connects to one of `targets`. Those of the other family than the first get their turn once that
/// has failed or was given time enough, so that one dead family costs no more than that.
pub(super) async fn dial(targets: &[SocketAddr]) -> Result<TcpStream, Cause> {
    let is_like_first = |target: &SocketAddr| target.is_ipv4() == targets[0].is_ipv4();
    let (first, second): (Vec<_>, Vec<_>) = targets.iter().copied().partition(is_like_first);
    if second.is_empty() {
        return in_turn(&first).await;
    }
    let late = async {
        tokio::time::sleep(HEAD_START).await;
        in_turn(&second).await
    };
    match select(pin!(in_turn(&first)), pin!(late)).await {
        Either::Left((Ok(stream), _)) | Either::Right((Ok(stream), _)) => Ok(stream),
        Either::Left((Err(cause), _)) => in_turn(&second).await.map_err(|_| cause),
        Either::Right((Err(_), first)) => first.await,
    }
}

/// Connects to the first of `targets` that answers; if none does, the first failure counts.
#[expect(clippy::disallowed_methods, reason = "this is where sockets are opened")]
async fn in_turn(targets: &[SocketAddr]) -> Result<TcpStream, Cause> {
    let mut failed = None;
    for target in targets {
        match TcpStream::connect(target).await {
            Ok(stream) => return Ok(stream),
            Err(error) => failed = failed.or(Some((target, error))),
        }
    }
    let (target, error) = failed.ok_or(Cause::NoHost)?;
    Err(Cause::Said(format!("dial tcp {target}: connect: {}", system_text(&error))))
}

/// TLS with `address` over `link`, if there is a configuration for it.
async fn secure(
    link: Link,
    address: &Address,
    config: Option<Arc<ClientConfig>>,
) -> Result<Link, Cause> {
    let Some(config) = config else { return Ok(link) };
    let name = ServerName::try_from(address.host.clone())
        .map_err(|_| Cause::Said(format!("tls: invalid server name {:?}", address.host)))?;
    let (ends, heard) = (link.ends.clone(), link.heard.clone());
    heard.begin();
    let stream = TlsConnector::from(config).connect(name, link).await;
    let spoke_http = heard.head().starts_with(b"HTTP/");
    heard.end();
    match stream {
        Ok(stream) => Ok(Link::new(stream, ends)),
        Err(_) if spoke_http => Err(Cause::NoTls),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Err(Cause::NoAnswer),
        Err(error) => {
            Err(tls::fault(&error, &address.host).map_or_else(|| Cause::of_io(&error), Cause::Said))
        }
    }
}

/// Has the proxy at the end of `link` open a way to `address`.
async fn tunnel(link: Link, proxy: &Url, address: &Address) -> Result<Link, Cause> {
    let (ends, target) = (link.ends.clone(), address.host_and_port());
    let (mut sender, heard) = talk(link).await?;
    let mut request = hyper::Request::connect(&target).header("Host", &target);
    if let Some(value) = credentials(proxy) {
        request = request.header("Proxy-Authorization", value);
    }
    let request = request.body(Full::default()).map_err(|error| Cause::Said(error.to_string()))?;
    // Go says what a proxy does wrong in fewer words.
    let bare = |cause| match cause {
        Cause::NoAnswer => Cause::CutOff,
        cause => Cause::Said(cause.to_string()),
    };
    heard.begin();
    let answer = sender.send_request(request).await;
    let answer = answer.map_err(|error| bare(heard.no_answer(&error)))?;
    let words = heard.answered().map_err(bare)?;
    if answer.status() != 200 {
        let words = words.strip_prefix(' ').unwrap_or("unknown status code");
        return Err(Cause::Said(words.to_owned()));
    }
    let upgraded = hyper::upgrade::on(answer).await.map_err(|error| heard.no_answer(&error))?;
    Ok(Link::new(TokioIo::new(upgraded), ends))
}

/// The user in a URL, as `Authorization` and `Proxy-Authorization` have it.
pub(super) fn credentials(url: &Url) -> Option<String> {
    let user = url.user.as_ref()?;
    let password = user.password.as_deref().unwrap_or_default();
    let text = [user.name.as_slice(), b":", password].concat();
    Some(format!("Basic {}", data_encoding::BASE64.encode(&text)))
}

/// How a SOCKS server refuses: RFC 1928, section 6.
const REFUSALS: [&str; 8] = [
    "general SOCKS server failure",
    "connection not allowed by ruleset",
    "network unreachable",
    "host unreachable",
    "connection refused",
    "TTL expired",
    "command not supported",
    "address type not supported",
];

/// Has the SOCKS server at the end of `link` open a way to `address`; it looks the name up.
async fn socks5(link: &mut Link, proxy: &Url, address: &Address) -> Result<(), Cause> {
    let server = link.ends.split_once("->").map_or("", |(_, server)| server).to_owned();
    socks5_handshake(link, proxy, address).await.map_err(|what| {
        Cause::Said(format!("socks connect tcp {server}->{}: {what}", address.host_and_port()))
    })
}

async fn socks5_handshake(link: &mut Link, proxy: &Url, to: &Address) -> Result<(), String> {
    let short = |bytes: &[u8], what: &str| -> Result<Vec<u8>, String> {
        let length = u8::try_from(bytes.len()).map_err(|_| what.to_owned())?;
        Ok(iter::once(length).chain(bytes.iter().copied()).collect())
    };
    let mut answer = [0; 4];
    let methods: &[u8] = if proxy.user.is_some() { &[5, 2, 0, 2] } else { &[5, 1, 0] };
    exchange(link, methods, &mut answer[..2]).await?;
    match (answer[1], &proxy.user) {
        (0, _) => {}
        (2, Some(user)) => {
            let name = short(&user.name, "invalid username/password")?;
            let password = user.password.as_deref().unwrap_or_default();
            let password = short(password, "invalid username/password")?;
            exchange(link, &[&[1][..], &name, &password].concat(), &mut answer[..2]).await?;
            if answer[1] != 0 {
                return Err("username/password authentication failed".to_owned());
            }
        }
        _ => return Err("no acceptable authentication methods".to_owned()),
    }
    let name = short(to.host.as_bytes(), "FQDN too long")?;
    let request = [&[5, 1, 0, 3][..], &name, &to.port.to_be_bytes()].concat();
    exchange(link, &request, &mut answer).await?;
    if let Some(code) = answer[1].checked_sub(1) {
        let known = REFUSALS.get(usize::from(code)).map(|refusal| (*refusal).to_owned());
        let unknown = || format!("unknown code: {}", answer[1]);
        return Err(format!("unknown error {}", known.unwrap_or_else(unknown)));
    }
    let mut length = [if answer[3] == 4 { 16 } else { 4 }];
    if answer[3] == 3 {
        exchange(link, &[], &mut length).await?;
    }
    exchange(link, &[], &mut vec![0; usize::from(length[0]) + 2]).await
}

async fn exchange(link: &mut Link, send: &[u8], answer: &mut [u8]) -> Result<(), String> {
    let sent = link.write_all(send).await;
    let read = if sent.is_ok() { link.read_exact(answer).await.map(drop) } else { sent };
    read.map_err(|error| Cause::of_io(&error).to_string())
}
