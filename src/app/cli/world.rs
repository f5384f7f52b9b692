//! The real clock, randomness and name server, and what is read from the environment.
use bstr::BStr;
use std::net::{IpAddr, Ipv6Addr, ToSocketAddrs};
use std::sync::OnceLock;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::Relaxed;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use super::zone;
use crate::commands::{Environment, version};
use crate::network;
use go_text_template::Compat;
use go_text_template::dates::Zone;
use go_text_template::template::{Watcher, World};

/// The machine the program runs on.
#[derive(Debug)]
pub(super) struct Machine {
    started: Instant,
    /// `TZ`, if it is there.
    zone_name: Option<String>,
    /// `ZONEINFO`.
    zones: Option<String>,
    zone: OnceLock<Zone>,
    asks_name_server: AtomicBool,
}

impl Machine {
    /// The machine, in the time zone that `environment` names; or why it is of no use.
    #[expect(clippy::disallowed_methods, reason = "this is the edge where the clock is read")]
    pub(super) fn new(environment: &Environment) -> Result<Self, String> {
        getrandom::fill(&mut [0]).map_err(|error| format!("there is no randomness: {error}"))?;
        Ok(Self {
            started: Instant::now(),
            zone_name: environment.given("TZ").map(str::to_owned),
            zones: environment.get("ZONEINFO").map(str::to_owned),
            zone: OnceLock::new(),
            asks_name_server: AtomicBool::new(false),
        })
    }

    /// Lets templates ask the name server, or not.
    pub(super) fn ask_name_server(&self, asks: bool) {
        self.asks_name_server.store(asks, Relaxed);
    }
}

impl World for Machine {
    #[expect(clippy::disallowed_methods, reason = "this is the edge where the clock is read")]
    fn now(&self) -> (i64, u32) {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        (i64::try_from(now.as_secs()).unwrap_or(i64::MAX), now.subsec_nanos())
    }

    fn monotonic(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_nanos()).unwrap_or(u64::MAX)
    }

    fn fill_random(&self, bytes: &mut [u8]) {
        getrandom::fill(bytes).expect("there was randomness when the machine was made");
    }

    fn local_zone(&self) -> Zone {
        self.zone.get_or_init(|| zone::local(self.zone_name.as_deref())).clone()
    }

    fn zone(&self, name: &str) -> Option<Zone> {
        zone::named(name, self.zones.as_deref())
    }

    fn resolve(&self, host: &str) -> Option<String> {
        if !self.asks_name_server.load(Relaxed) {
            return Some(String::new());
        }
        if is_address(host) {
            return Some(host.to_owned());
        }
        let mut addresses = (host, 0).to_socket_addrs().ok().filter(|_| !is_numeric(host))?;
        addresses.next().map(|address| address.ip().to_string())
    }

    fn look_up(&self, _api_version: &BStr, _kind: &BStr) -> Result<(), String> {
        Ok(())
    }

    fn watcher(&self) -> Option<&dyn Watcher> {
        None
    }
}

/// True for an address as Go reads it; one of IPv6 may have a zone.
fn is_address(host: &str) -> bool {
    let zoned = host.split_once('%').filter(|(_, zone)| !zone.is_empty());
    host.parse::<IpAddr>().is_ok()
        || zoned.is_some_and(|(address, _)| address.parse::<Ipv6Addr>().is_ok())
}

/// True for numbers that C libraries take for an address: `127.1`, `0x7f.1`. No host is called so.
fn is_numeric(host: &str) -> bool {
    let is_number = |part: &str| match part.strip_prefix("0x").or_else(|| part.strip_prefix("0X")) {
        Some(digits) => digits.bytes().all(|byte| byte.is_ascii_hexdigit()),
        None => !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()),
    };
    host.split('.').all(is_number)
}

/// The variables of this process.
pub fn environment() -> Environment {
    let lossy = |text: std::ffi::OsString| text.to_string_lossy().into_owned();
    std::env::vars_os().map(|(name, value)| (lossy(name), lossy(value))).collect()
}

/// What `environment` says about the network, by the names that Go looks for.
pub(super) fn network(environment: &Environment, compat: Compat) -> network::Settings {
    let known = |name: &str| environment.get(name).filter(|value| !value.is_empty());
    let either = |upper: &str, lower: &str| {
        known(upper).or_else(|| known(lower)).unwrap_or_default().to_owned()
    };
    // A server's script gets HTTP_PROXY from whoever sends it a header `Proxy`.
    let is_script = known("REQUEST_METHOD").is_some();
    let seconds = environment.get("CHART_TIMEOUT").and_then(|text| text.parse().ok());
    network::Settings {
        http_proxy: if is_script { String::new() } else { either("HTTP_PROXY", "http_proxy") },
        https_proxy: either("HTTPS_PROXY", "https_proxy"),
        no_proxy: either("NO_PROXY", "no_proxy"),
        user_agent: format!("Helm/{}", version::number(compat)),
        most_time: seconds.map(std::time::Duration::from_secs),
    }
}
