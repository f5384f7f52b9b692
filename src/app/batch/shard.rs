//! Which releases are whose, when several machines share a list.

use std::fmt;

use super::key::digest;

/// One of several parts of every list.
///
/// A release belongs to a part by its id alone: it stays there whatever else is in the list, each
/// release is in one part, and all parts together are the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    /// From 0.
    index: u64,
    /// At least 1.
    count: u64,
}

/// Why a text is no shard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InvalidShard {
    /// It is not of the form `i/n`.
    Form(String),
    /// It is not among 1 to n.
    Range(String),
    /// `auto`, but the environment does not say which one this is.
    Unknown,
    /// The environment says which one this is, but not of how many; the variable that is missing.
    NoCount(&'static str),
}

impl fmt::Display for InvalidShard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Form(text) => {
                write!(f, "{text:?} is no shard: it must be i/n, such as 2/4, or auto, or auto/n")
            }
            Self::Range(text) => write!(f, "{text:?} is no shard: of i/n, i goes from 1 to n"),
            Self::Unknown => f.write_str(
                "shard auto needs JOB_COMPLETION_INDEX, CI_NODE_INDEX or BUILDKITE_PARALLEL_JOB \
                 in the environment",
            ),
            Self::NoCount(name) => write!(
                f,
                "shard auto does not know how many shards there are: set {name}, or say auto/n"
            ),
        }
    }
}

impl std::error::Error for InvalidShard {}

/// The variables in which CI systems number their parallel jobs: the number, the first number, and
/// how many there are.
const VARIABLES: [(&str, u64, &str); 3] = [
    ("JOB_COMPLETION_INDEX", 0, "JOB_COMPLETION_COUNT"),
    ("CI_NODE_INDEX", 1, "CI_NODE_TOTAL"),
    ("BUILDKITE_PARALLEL_JOB", 0, "BUILDKITE_PARALLEL_JOB_COUNT"),
];

impl Shard {
    /// The whole list.
    pub const WHOLE: Self = Self { index: 0, count: 1 };

    /// Reads `i/n` with i from 1 to n, or `auto` and `auto/n`, which look into the environment.
    pub fn parse<'e>(
        text: &str,
        variable: impl Fn(&str) -> Option<&'e str>,
    ) -> Result<Self, InvalidShard> {
        let form = || InvalidShard::Form(text.to_owned());
        if text == "auto" {
            return Self::automatic(None, variable);
        }
        let (index, count) = text.split_once('/').ok_or_else(form)?;
        let count: u64 = count.parse().map_err(|_| form())?;
        if index == "auto" {
            return Self::automatic(Some(count), variable);
        }
        Self::new(index.parse().map_err(|_| form())?, 1, count, text)
    }

    fn automatic<'e>(
        count: Option<u64>,
        variable: impl Fn(&str) -> Option<&'e str>,
    ) -> Result<Self, InvalidShard> {
        for (number_name, first, count_name) in VARIABLES {
            let Some(number) = variable(number_name) else { continue };
            let text = format!("{number_name}={number}");
            let number = number.parse().map_err(|_| InvalidShard::Form(text.clone()))?;
            let given = || variable(count_name)?.parse().ok();
            let count = count.or_else(given).ok_or(InvalidShard::NoCount(count_name))?;
            return Self::new(number, first, count, &format!("{text} of {count}"));
        }
        Err(InvalidShard::Unknown)
    }

    /// The shard `number`, where the first one has the number `first`.
    fn new(number: u64, first: u64, count: u64, text: &str) -> Result<Self, InvalidShard> {
        match number.checked_sub(first) {
            Some(index) if index < count => Ok(Self { index, count }),
            _ => Err(InvalidShard::Range(text.to_owned())),
        }
    }

    /// True if the release `id` is in this part.
    pub fn contains(&self, id: &str) -> bool {
        if self.count == 1 {
            return true;
        }
        let digest = digest(id.as_bytes());
        let start = digest.0.first_chunk().expect("a digest has 32 bytes");
        u64::from_be_bytes(*start) % self.count == self.index
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str, variables: &[(&str, &'static str)]) -> Result<Shard, String> {
        let variable = |wanted: &str| {
            variables.iter().find(|(name, _)| *name == wanted).map(|(_, value)| *value)
        };
        Shard::parse(text, variable).map_err(|error| error.to_string())
    }

    #[test]
    fn shards_are_numbered_from_one() {
        assert_eq!(parse("1/3", &[]), Ok(Shard { index: 0, count: 3 }));
        assert_eq!(parse("3/3", &[]), Ok(Shard { index: 2, count: 3 }));
        for wrong in ["", "3", "0/3", "4/3", "1/0", "-1/2", "a/b", "1/2/3", "1/ 2"] {
            assert!(parse(wrong, &[]).is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_environment_numbers_as_its_system_does() {
        let second = Ok(Shard { index: 1, count: 4 });
        let cases: [(&str, &[(&str, &'static str)]); 4] = [
            ("auto", &[("JOB_COMPLETION_INDEX", "1"), ("JOB_COMPLETION_COUNT", "4")]),
            ("auto/4", &[("JOB_COMPLETION_INDEX", "1")]),
            ("auto", &[("CI_NODE_INDEX", "2"), ("CI_NODE_TOTAL", "4")]),
            ("auto", &[("BUILDKITE_PARALLEL_JOB", "1"), ("BUILDKITE_PARALLEL_JOB_COUNT", "4")]),
        ];
        for (text, variables) in cases {
            assert_eq!(parse(text, variables), second, "{variables:?}");
        }
        assert!(parse("auto", &[]).unwrap_err().contains("JOB_COMPLETION_INDEX"));
        let no_count = parse("auto", &[("JOB_COMPLETION_INDEX", "1")]).unwrap_err();
        assert!(no_count.contains("JOB_COMPLETION_COUNT"), "{no_count}");
        assert!(parse("auto/1", &[("JOB_COMPLETION_INDEX", "1")]).is_err());
    }

    #[test]
    fn every_release_is_in_one_shard() {
        let mut sizes = [0; 32];
        for number in 0..3200 {
            let id = format!("team-{}/release-{number}", number % 7);
            let owners: Vec<u64> =
                (0..32).filter(|&index| Shard { index, count: 32 }.contains(&id)).collect();
            assert_eq!(owners.len(), 1, "{id}");
            sizes[usize::try_from(owners[0]).unwrap()] += 1;
        }
        assert!(sizes.iter().all(|size| (50..150).contains(size)), "{sizes:?}");
    }

    #[test]
    fn a_release_stays_in_its_shard() {
        // Written down, since machines of different versions may share a list.
        let owner = |id: &str| (0..7).find(|&index| Shard { index, count: 7 }.contains(id));
        let owners = ["a", "team/web", "x-1"].map(owner);
        assert_eq!(owners, [Some(4), Some(6), Some(4)]);
    }
}
