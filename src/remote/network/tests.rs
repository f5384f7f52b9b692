//! The rules that no test from outside can reach, and what a server of one's own can show.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, Ipv6Addr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use super::answer::{Chunks, judge, split};
use super::connect::dial;
use super::proxy::Proxies;
use super::{Address, Cause, Internet, Network, Request, Settings, join, resolve, same};

#[test]
fn references_are_resolved_as_helm_does() {
    for (base, reference, expected) in [
        ("http://h/charts", "a.tgz", "http://h/charts/a.tgz"),
        ("http://h/charts/", "a.tgz", "http://h/charts/a.tgz"),
        ("http://h", "index.yaml", "http://h/index.yaml"),
        ("http://h/charts?k=v", "a.tgz", "http://h/charts/a.tgz?k=v"),
        ("http://h/charts", "/x/a.tgz", "http://h/x/a.tgz"),
        ("http://h/charts", "../a.tgz", "http://h/a.tgz"),
        ("http://h/charts", "https://o/a.tgz", "https://o/a.tgz"),
        ("http://h/charts%2Fx", "a.tgz", "http://h/charts%2Fx/a.tgz"),
        ("http://h/c", "a%20b.tgz", "http://h/c/a%20b.tgz"),
        ("http://u:p@h/c", "//o/a.tgz", "http://o/a.tgz"),
        ("bogus", "index.yaml", "/bogus/index.yaml"),
    ] {
        assert_eq!(resolve(base, reference).unwrap(), expected, "{base} {reference}");
    }
}

#[test]
fn addresses_are_compared_as_helm_does() {
    assert!(same("http://h/c", "http://h/c/"));
    assert!(same("http://h", "http://h/"));
    assert!(!same("http://h/c", "http://h/d"));
    assert!(!same("http://h:80/c", "http://h/c"));
}

#[test]
fn parts_are_joined_as_helm_does() {
    assert_eq!(join("http://h/c/", &["a.tgz"]).unwrap(), "http://h/c/a.tgz");
    assert_eq!(join("", &["sub"]).unwrap(), "sub");
    assert_eq!(join("", &[""]).unwrap(), "");
}

#[test]
fn exceptions_from_proxies_are_gos() {
    let no_proxy = "10.0.0.0/8, .inner.test,*.wild.test,outer.test:8080,192.0.2.7:81,[2001:db8::1]:82,fd00::/8";
    let proxies = Proxies::new("proxy:3128", "http://proxy:3128", no_proxy);
    let is_direct = |host: &str, port| {
        let address = Address { scheme: "http".to_owned(), host: host.to_owned(), port };
        proxies.of(&address).is_none()
    };
    for (host, port, direct) in [
        ("localhost", 80, true),
        ("127.0.0.3", 80, true),
        ("::1", 80, true),
        ("10.1.2.3", 80, true),
        ("11.1.2.3", 80, false),
        ("a.inner.test", 80, true),
        ("inner.test", 80, false),
        ("a.wild.test", 80, true),
        ("outer.test", 8080, true),
        ("a.outer.test", 8080, true),
        ("outer.test", 80, false),
        ("192.0.2.7", 81, true),
        ("192.0.2.7", 80, false),
        ("2001:db8::1", 82, true),
        ("2001:db8::1", 80, false),
        ("fd12::1", 80, true),
        ("example.test", 80, false),
    ] {
        assert_eq!(is_direct(host, port), direct, "{host}:{port}");
    }
}

#[test]
fn heads_are_judged_as_go_does() {
    for (head, expected) in [
        ("HTTP/1.1 200 OK\r\nContent-Length: 4\r\nContent-Length: 4\r\n\r\n", Ok(false)),
        ("HTTP/1.1 200 OK\nTransfer-Encoding: CHUNKED\n\n", Ok(true)),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding:\r\n chunked\r\n\r\n", Ok(true)),
        ("HTTP/1.1 200 OK\r\nX : y\r\n z\r\n\r\n", Ok(false)),
        ("HTTP/1.1 200 OK\r\nContent-Length: +4\r\n\r\n", Err("bad Content-Length \"+4\"")),
        ("HTTP/1.1 200 OK\r\nContent-Length: 4, 4\r\n\r\n", Err("bad Content-Length \"4, 4\"")),
        ("HTTP/1.1 200 OK\r\nContent-Length:\r\n\r\n", Err("invalid empty Content-Length \"\"")),
        (
            "HTTP/1.1 200 OK\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\n",
            Err("http: message cannot contain multiple Content-Length headers; got [\"4\" \"5\"]"),
        ),
        (
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
            Err("unsupported transfer encoding: \"gzip, chunked\""),
        ),
        (
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: a\r\nTransfer-Encoding: b\r\n\r\n",
            Err("too many transfer encodings: [\"a\" \"b\"]"),
        ),
        ("HTTP/1.1 200 OK\r\n x\r\n\r\n", Err("malformed MIME header initial line: \" x\"")),
        ("HTTP/1.1 200 OK\r\nx\r\n\r\n", Err("malformed MIME header: missing colon: \"x\"")),
        ("HTTP/1.1 200 OK\r\n: x\r\n\r\n", Err("malformed MIME header line: \": x\"")),
        ("HTTP/1.1 20 OK\r\n\r\n", Err("malformed HTTP status code \"20\"")),
        ("HTTP/1 200 OK\r\n\r\n", Err("malformed HTTP version \"HTTP/1\"")),
        ("\r\n", Err("malformed HTTP response \"\"")),
        ("", Err("malformed HTTP response \"\"")),
    ] {
        assert_eq!(judge(head.as_bytes()), expected.map_err(str::to_owned), "{head:?}");
    }
}

#[test]
fn only_the_final_head_counts() {
    let text =
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\nX: y\n\nHTTP/1.1 200 OK\r\n\r\nbody";
    assert_eq!(split(text), (&b"HTTP/1.1 200 OK\r\n\r\n"[..], &b"body"[..]));
    assert_eq!(split(b"HTTP/1.1 101 Other\n\nx").1, b"x");
    assert_eq!(split(b"HTTP/1.1 100"), (&b"HTTP/1.1 100"[..], &b""[..]));
}

#[test]
fn chunks_are_followed_as_go_does_it() {
    for (text, expected) in [
        ("2\r\nab\r\n1;x\r\nc\r\n0\r\n\r\n", Ok(())),
        ("0000000000000001 \r\na\r\n", Ok(())),
        ("00000000000000001\r\na\r\n", Err("http chunk length too large")),
        ("+1\r\na\r\n", Err("invalid byte in chunk length")),
        ("1\na\r\n", Err("chunked line ends with bare LF")),
        ("1\r\r\na\r\n", Err("invalid CR in chunked line")),
        ("\r\n", Err("empty hex number for chunk length")),
        ("1\r\nab\r\n", Err("malformed chunked encoding")),
        ("1\r\na\n", Err("malformed chunked encoding")),
    ] {
        let followed = Chunks::default().follow(text.as_bytes());
        assert_eq!(followed, expected, "{text:?}");
        // It does not matter in which pieces it comes.
        let mut chunks = Chunks::default();
        let followed = text.bytes().try_for_each(|byte| chunks.follow(&[byte]));
        assert_eq!(followed, expected, "{text:?} byte by byte");
    }
    assert!(Chunks::default().follow(&[b'1'; 5000]).is_err());
    assert!(Chunks::default().follow(format!("0\r\n{}", "x".repeat(5000)).as_bytes()).is_err());
}

/// A port where `::1` takes no connection, without a word, and what keeps it so.
#[expect(clippy::disallowed_methods, reason = "tests open sockets")]
fn dead_port() -> Option<(u16, TcpListener, Vec<TcpStream>)> {
    let dead = TcpListener::bind((Ipv6Addr::LOCALHOST, 0)).ok()?;
    let target = dead.local_addr().ok()?;
    // Nobody accepts: once the queue is full, the next one waits.
    let connect = || TcpStream::connect_timeout(&target, Duration::from_millis(300)).ok();
    let queue: Vec<TcpStream> = std::iter::from_fn(connect).take(5000).collect();
    (queue.len() < 5000).then_some((target.port(), dead, queue))
}

#[test]
fn a_dead_family_of_addresses_costs_a_moment() {
    // Where there is no IPv6 there is nothing to see.
    let Some((port, _dead, _queue)) = dead_port() else { return };
    let live = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).unwrap();
    let targets = [(Ipv6Addr::LOCALHOST, port).into(), (Ipv4Addr::LOCALHOST, port).into()];
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let found = runtime.block_on(async {
        tokio::time::timeout(Duration::from_secs(3), dial(&targets)).await.unwrap()
    });
    assert_eq!(found.unwrap().peer_addr().unwrap(), live.local_addr().unwrap());
}

#[test]
fn the_first_family_says_what_is_wrong() {
    let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port();
    let targets = [(Ipv4Addr::LOCALHOST, port).into(), (Ipv6Addr::LOCALHOST, port).into()];
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let cause = runtime.block_on(dial(&targets)).unwrap_err();
    assert_eq!(
        cause.to_string(),
        format!("dial tcp 127.0.0.1:{port}: connect: connection refused")
    );
}

/// A server that gives every request the same answer and keeps its connections, which it counts.
fn server(answer: &'static [u8]) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let connections = Arc::new(AtomicUsize::new(0));
    let counter = connections.clone();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            counter.fetch_add(1, Ordering::SeqCst);
            std::thread::spawn(move || {
                let mut request = [0; 4096];
                while stream.read(&mut request).is_ok_and(|length| length > 0) {
                    stream.write_all(answer).unwrap();
                }
            });
        }
    });
    (url, connections)
}

const ANSWER: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

#[test]
fn requests_to_one_host_share_a_connection() {
    let (url, connections) = server(ANSWER);
    let internet = Internet::new(Settings::default());
    for _ in 0..5 {
        let answer = internet.send(&Request::get(&url)).unwrap();
        assert_eq!(answer.bytes(10).unwrap(), b"ok");
    }
    // A short body that nobody reads is no reason for another one.
    drop(internet.send(&Request::get(&url)).unwrap());
    drop(internet.send(&Request::get(&url)).unwrap());
    assert_eq!(connections.load(Ordering::SeqCst), 1);
}

#[test]
fn many_threads_may_send() {
    let (url, connections) = server(ANSWER);
    let internet = Internet::new(Settings::default());
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..20 {
                    let answer = internet.send(&Request::get(&url)).unwrap();
                    assert_eq!(answer.bytes(10).unwrap(), b"ok");
                }
            });
        }
    });
    assert!(connections.load(Ordering::SeqCst) <= 8);
}

#[test]
fn a_thread_with_a_runtime_may_send() {
    let (url, _) = server(ANSWER);
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let answer = runtime.block_on(async move {
        let internet = Internet::new(Settings::default());
        internet.send(&Request::get(&url)).unwrap().bytes(10).unwrap()
    });
    assert_eq!(answer, b"ok");
}

#[test]
fn bodies_have_a_limit_and_an_end() {
    let (url, _) = server(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
    let most_time = Some(Duration::from_millis(300));
    let internet = Internet::new(Settings { most_time, ..Settings::default() });
    let body = |most| internet.send(&Request::get(&url)).unwrap().bytes(most).unwrap_err();
    assert!(matches!(body(4).cause(), Cause::TooLong(4)));
    assert!(matches!(body(400).cause(), Cause::TooSlow));
}
