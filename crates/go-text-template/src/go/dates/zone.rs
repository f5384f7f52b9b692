//! Time zones.

use jiff::Timestamp;
use jiff::tz::{TimeZone, TimeZoneDatabase, TimeZoneTransition};

use crate::data::Str;

/// 2100-01-01: no zone has a name that comes up only later.
const LAST_NEW_NAME: i64 = 4_102_444_800;

/// A time zone: Go's `*time.Location`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Zone {
    rules: Rules,
    /// Where Go has the local zone, if this is it.
    local_at: Option<u64>,
}

#[derive(Clone, Debug, Default, PartialEq)]
enum Rules {
    #[default]
    Utc,
    /// A deep copy: nothing is left of it, so it works as UTC, but has no name.
    Blank,
    /// One offset for all times; the name may be empty.
    Fixed { name: Str, offset: i64 },
    /// A zone of the IANA database, or of the file with these bytes.
    Place { name: Str, rules: TimeZone, file: Str },
}

/// What holds in a zone at some time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Offset {
    /// Seconds east of UTC.
    pub(super) seconds: i64,
    /// The abbreviation; empty if there is none.
    pub(super) name: Str,
    pub(super) is_daylight_saving: bool,
}

impl Zone {
    /// Coordinated universal time.
    pub const UTC: Self = Self { rules: Rules::Utc, local_at: None };

    /// The zone that stands `offset` seconds east of UTC at all times.
    pub(super) fn fixed(name: Str, offset: i64) -> Self {
        Self::of(Rules::Fixed { name, offset })
    }

    /// The zone `name` of the IANA database; the case of letters counts, as in a file system.
    pub fn named(name: &str) -> Option<Self> {
        if name.is_empty() || name == "UTC" {
            return Some(Self::UTC);
        }
        let rules = TimeZoneDatabase::bundled().get(name).ok()?;
        if rules.iana_name() != Some(name) {
            return None;
        }
        Some(Self::of(Rules::Place { name: name.into(), rules, file: Str::default() }))
    }

    /// The zone `name` whose rules are the bytes of `file`, in the form of the IANA database.
    pub fn read(name: &str, file: &[u8]) -> Option<Self> {
        // Go does not read the fourth version, which differs in nothing that zones have today.
        if !file.starts_with(b"TZif") || !matches!(file.get(4), Some(0 | b'2' | b'3')) {
            return None;
        }
        let rules = TimeZone::tzif(name, file).ok()?;
        Some(Self::of(Rules::Place { name: name.into(), rules, file: file.into() }))
    }

    /// The bytes of the file that the zone was read from; empty for those that come with the
    /// program.
    pub fn file(&self) -> &[u8] {
        match &self.rules {
            Rules::Place { file, .. } => file,
            Rules::Utc | Rules::Blank | Rules::Fixed { .. } => &[],
        }
    }

    /// The zone as the machine's own, which Go has at the given address.
    pub fn as_local(self, address: u64) -> Self {
        Self { local_at: Some(address), ..self }
    }

    pub(super) fn local_at(&self) -> Option<u64> {
        self.local_at
    }

    /// What a deep copy of a zone is.
    pub(super) fn blank() -> Self {
        Self::of(Rules::Blank)
    }

    fn of(rules: Rules) -> Self {
        Self { rules, local_at: None }
    }

    /// The offset, if it is the same at all times.
    pub(super) fn fixed_offset(&self) -> Option<i64> {
        match self.rules {
            Rules::Fixed { offset, .. } => Some(offset),
            _ => None,
        }
    }

    /// The name, as Go's `Location.String` gives it.
    pub fn name(&self) -> Str {
        match &self.rules {
            Rules::Utc => Str::from_static("UTC"),
            Rules::Blank => Str::EMPTY,
            Rules::Fixed { name, .. } | Rules::Place { name, .. } => name.clone(),
        }
    }

    /// What holds `unix` seconds after 1970-01-01T00:00:00Z.
    pub(super) fn at(&self, unix: i64) -> Offset {
        match &self.rules {
            Rules::Utc | Rules::Blank => {
                Offset { seconds: 0, name: Str::from_static("UTC"), is_daylight_saving: false }
            }
            Rules::Fixed { name, offset } => {
                Offset { seconds: *offset, name: name.clone(), is_daylight_saving: false }
            }
            Rules::Place { rules, .. } => {
                let info = rules.to_offset_info(timestamp(unix));
                Offset {
                    seconds: info.offset().seconds().into(),
                    name: info.abbreviation().into(),
                    is_daylight_saving: info.dst().is_dst(),
                }
            }
        }
    }

    /// The seconds east of UTC of the abbreviation `name`, preferably as used around `unix`.
    pub(super) fn offset_of(&self, name: &[u8], unix: i64) -> Option<i64> {
        let Rules::Place { rules, .. } = &self.rules else { return None };
        let first = self.at(i64::MIN);
        // Without rules for the future the last transition would follow itself for ever.
        let mut last = Timestamp::MIN;
        let comes_later = |transition: &TimeZoneTransition<'_>| {
            std::mem::replace(&mut last, transition.timestamp()) < transition.timestamp()
        };
        let known = rules
            .following(Timestamp::MIN)
            .take_while(|transition| transition.timestamp().as_second() < LAST_NEW_NAME)
            .take_while(comes_later)
            .map(|transition| (Str::from(transition.abbreviation()), transition.offset().seconds()))
            .map(|(name, seconds)| (name, i64::from(seconds)));
        let known = std::iter::once((first.name, first.seconds))
            .chain(known)
            .filter_map(|(known, seconds)| (known.as_bytes() == name).then_some(seconds))
            .collect::<Vec<_>>();
        let in_use = |offset: &&i64| {
            let then = self.at(unix - **offset);
            then.name.as_bytes() == name
        };
        match known.iter().find(in_use) {
            Some(offset) => Some(self.at(unix - offset).seconds),
            None => known.first().copied(),
        }
    }
}

/// The instant, or the nearest one that the database knows rules for.
fn timestamp(unix: i64) -> Timestamp {
    let (min, max) = (Timestamp::MIN.as_second(), Timestamp::MAX.as_second());
    Timestamp::from_second(unix.clamp(min, max)).unwrap_or_default()
}
