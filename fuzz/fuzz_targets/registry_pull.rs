//! Any answers of a registry lead to a chart, to tags, or to an error. The input is the answers in
//! their order, as they come over the wire, with zero bytes between them.

#![no_main]

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Mutex, OnceLock};
use std::time::Duration;

use go_text_template::Compat;
use chart::network::{Error, Internet, Network, Request, Response, Settings, Tls, TlsFault};
use chart::registry::{self, Client, Credential, Options, Parts};
use libfuzzer_sys::fuzz_target;

/// The answers that are still to be given.
static ANSWERS: Mutex<Vec<Vec<u8>>> = Mutex::new(Vec::new());

fuzz_target!(|input: &[u8]| {
    static HOST: OnceLock<String> = OnceLock::new();
    let host = HOST.get_or_init(start_server);
    let network = Hasty(Internet::new(settings(host)));
    let options = Options { plain_http: true, ..Options::default() };
    let credentials = |_: &str| Ok(Credential::default());
    let client = Client::new(&network, Box::new(credentials), options);
    let say = |error: registry::Error| error.message(Compat::Helm4);
    answer_with(input);
    let _ = client.pull(&format!("{host}/charts/c:0.1.0"), Parts::Chart).map_err(say);
    answer_with(input);
    let _ = client.tags(&format!("{host}/charts/c")).map_err(say);
});

/// Whatever an answer leads to, it is this server that is asked.
fn settings(host: &str) -> Settings {
    let proxy = format!("http://{host}");
    Settings {
        http_proxy: proxy.clone(),
        https_proxy: proxy,
        most_time: Some(Duration::from_secs(2)),
        ..Settings::default()
    }
}

fn answer_with(input: &[u8]) {
    let answers = input.split(|byte| *byte == 0).map(<[u8]>::to_vec).rev().collect();
    *ANSWERS.lock().expect("nobody panics with it") = answers;
}

/// A server on this machine; its host and port.
fn start_server() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("there is a free port");
    let address = listener.local_addr().expect("it is bound").to_string();
    std::thread::spawn(move || listener.incoming().flatten().for_each(serve));
    address
}

/// Gives the next answer once the head of a request has come.
fn serve(mut stream: TcpStream) {
    // A client that wants TLS waits for us, and we for the end of its head.
    let _ = stream.set_read_timeout(Some(Duration::from_millis(50)));
    let mut head = Vec::new();
    let mut chunk = [0; 4096];
    while !head.windows(4).any(|end| end == b"\r\n\r\n") {
        match stream.read(&mut chunk) {
            Ok(length) if length > 0 => head.extend_from_slice(&chunk[..length]),
            _ => return,
        }
    }
    let answer = ANSWERS.lock().expect("nobody panics with it").pop().unwrap_or_default();
    let _ = stream.write_all(&answer);
}

/// The network without its pauses.
struct Hasty(Internet);

impl Network for Hasty {
    fn send(&self, request: &Request) -> Result<Response, Error> {
        self.0.send(request)
    }

    fn check(&self, tls: &Tls) -> Result<(), TlsFault> {
        self.0.check(tls)
    }

    fn wait(&self, _: Duration) {}
}
