//! Any answer of a server is a head with a body, or an error, and the pieces in which it comes make no
//! difference, but for what is said against it: nobody waits for the end of what is wrong. The first byte of the input is the length of the pieces, the rest the answer.

#![no_main]

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Mutex, OnceLock};
use std::time::Duration;

use go_text_template::Compat;
use chart::network::{Internet, Limits, Network, Request, Settings};
use libfuzzer_sys::fuzz_target;

/// The most bytes of a body that are taken.
const MOST: u64 = 1 << 20;

/// The answer that is given, and the length of its pieces.
static ANSWER: Mutex<(Vec<u8>, usize)> = Mutex::new((Vec::new(), 0));

fuzz_target!(|input: &[u8]| {
    static HOST: OnceLock<String> = OnceLock::new();
    let host = HOST.get_or_init(start_server);
    let Some((&piece, answer)) = input.split_first() else { return };
    let whole = read(host, answer, answer.len().max(1));
    let pieces = read(host, answer, usize::from(piece).max(1));
    assert_eq!(whole, pieces, "the pieces make a difference");
    if let Some((_, _, body)) = whole {
        assert!(body.len() <= answer.len(), "a body is no longer than what was sent");
    }
});

/// Status, headers and body.
type Outcome = (u16, Vec<(String, String)>, Vec<u8>);

/// What becomes of `answer`, if it is sent in such pieces.
fn read(host: &str, answer: &[u8], piece: usize) -> Option<Outcome> {
    *ANSWER.lock().expect("nobody panics with it") = (answer.to_vec(), piece);
    // Whatever an answer leads to, it is this server that is asked.
    let internet =
        Internet::new(Settings { http_proxy: format!("http://{host}"), ..Settings::default() });
    let limits = Limits::of(Duration::from_secs(2));
    let request = Request { limits, ..Request::get("http://charts.test/") };
    let said = |error: chart::network::Error| drop(error.message(Compat::Helm4));
    let response = internet.send(&request).map_err(said).ok()?;
    let (status, headers) = (response.status, response.headers.clone());
    Some((status, headers, response.bytes(MOST).map_err(said).ok()?))
}

/// A server on this machine; its host and port.
fn start_server() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("there is a free port");
    let address = listener.local_addr().expect("it is bound").to_string();
    let serve = |stream| drop(std::thread::spawn(move || serve(stream)));
    std::thread::spawn(move || listener.incoming().flatten().for_each(serve));
    address
}

/// Gives the answer once the head of a request has come.
fn serve(mut stream: TcpStream) {
    let mut head = Vec::new();
    let mut chunk = [0; 4096];
    while !head.windows(4).any(|end| end == b"\r\n\r\n") {
        match stream.read(&mut chunk) {
            Ok(length) if length > 0 => head.extend_from_slice(&chunk[..length]),
            _ => return,
        }
    }
    let (answer, piece) = ANSWER.lock().expect("nobody panics with it").clone();
    let _ = stream.set_nodelay(true);
    for piece in answer.chunks(piece) {
        if stream.write_all(piece).is_err() {
            return;
        }
    }
    let _ = stream.shutdown(Shutdown::Write);
    // What is not read would reset the connection, and with it what was sent.
    let _ = stream.set_read_timeout(Some(Duration::from_secs(1)));
    while stream.read(&mut chunk).is_ok_and(|length| length > 0) {}
}
