//! Charts to archives.
//!
//! In: a chart as it was loaded. Out: the bytes of a gzipped tar archive with its files in Helm's
//! order, subcharts unpacked among them. Equal charts make equal bytes.

mod tar;

use std::io::{self, Write};

use flate2::{Compression, GzBuilder};

use crate::model::{Chart, File, Lock, Moment};
use go_text_template::Compat;
use go_text_template::data::Failure;
use go_text_template::dates::Time;
use go_text_template::json;

pub use tar::Tar;

/// What Helm writes into the header of the compressed data.
const COMMENT: &str = "Helm";
/// Helm 4 made a proper field of what Helm 3 has there: two letters and the length in front of it.
const EXTRA_HELM3: &[u8] = b"+aHR0cHM6Ly95b3V0dS5iZS96OVV6MWljandyTQo=";
const EXTRA_HELM4: &[u8] = b"rr\x28\x00aHR0cHM6Ly95b3V0dS5iZS96OVV6MWljandyTQo=";
/// The operating system "unknown", as Go writes it.
const UNKNOWN_SYSTEM: u8 = 255;

/// When the files of an archive were changed last.
#[derive(Clone, Copy, Debug)]
pub enum Times {
    /// All at once, in seconds since 1970.
    All(i64),
    /// All at once, in seconds since 1970; and then the locks were made, too.
    Locks(i64),
    /// Each when it was, in seconds since 1970; those that do not say, at this one.
    Own(i64),
}

impl Times {
    fn of(self, own: Option<Moment>) -> i64 {
        match self {
            Self::All(time) | Self::Locks(time) => time,
            Self::Own(otherwise) => own.map_or(otherwise, Moment::rounded),
        }
    }
}

/// The name of the archive of `chart`: `NAME-VERSION.tgz`.
pub fn file_name(chart: &Chart) -> String {
    format!("{}-{}.tgz", chart.name(), chart.metadata.version)
}

/// The archive of `chart`.
pub fn archive(chart: &Chart, times: Times, compat: Compat) -> Result<Vec<u8>, Failure> {
    let mut tar = Tar::default();
    add_chart(&mut tar, chart, b"", times, compat)?;
    compress(&tar.finish(), compat).map_err(|error| Failure::from(error.to_string()))
}

fn compress(tar: &[u8], compat: Compat) -> io::Result<Vec<u8>> {
    let extra = if compat.is_helm3() { EXTRA_HELM3 } else { EXTRA_HELM4 };
    let header = GzBuilder::new().extra(extra).comment(COMMENT).operating_system(UNKNOWN_SYSTEM);
    let mut writer = header.write(Vec::new(), Compression::default());
    writer.write_all(tar)?;
    writer.finish()
}

/// Adds the files of `chart`, then those of its subcharts, all below `folder`.
fn add_chart(
    tar: &mut Tar,
    chart: &Chart,
    folder: &[u8],
    times: Times,
    compat: Compat,
) -> Result<(), Failure> {
    let base = [folder, chart.name().as_bytes(), b"/"].concat();
    let mut add = |name: &[u8], content: &[u8], modified| {
        tar.add(&[&base, name].concat(), content, times.of(modified));
    };
    add(b"Chart.yaml", &metadata(chart), chart.modified);
    if let Some(lock) = chart.lock.as_deref().filter(|_| chart.metadata.api_version == "v2") {
        add(
            b"Chart.lock",
            &lock_text(lock, times),
            lock.time().filter(|time| !time.is_zero()).map(|time| moment(&time)),
        );
    }
    if let Some(values) = &chart.values_file {
        add(b"values.yaml", values.data(), values.modified);
    }
    if let Some(schema) = &chart.schema {
        check_schema(schema, compat)?;
        add(b"values.schema.json", schema.data(), schema.modified);
    }
    for file in chart.templates.iter().chain(chart.files.iter()) {
        add(&file.name, file.data(), file.modified);
    }
    let folder = [&base[..], b"charts/"].concat();
    // Charts within charts end where loading them ended, but the stack may end before.
    chart.dependencies.iter().try_for_each(|subchart| {
        stacker::maybe_grow(64 * 1024, 1024 * 1024, || {
            add_chart(tar, subchart, &folder, times, compat)
        })
    })
}

/// The text of Chart.yaml; the dependencies of a chart of Helm 2 are in a file of their own.
fn metadata(chart: &Chart) -> Vec<u8> {
    let mut metadata = chart.metadata.as_ref().clone();
    if metadata.api_version == "v1" {
        metadata.dependencies.clear();
    }
    metadata.to_yaml()
}

fn moment(time: &Time) -> Moment {
    Moment { seconds: time.unix(), nanoseconds: 0 }
}

fn lock_text(lock: &Lock, times: Times) -> Vec<u8> {
    match times {
        Times::Locks(time) => lock.generated_at(time).to_yaml(),
        Times::All(_) | Times::Own(_) => lock.to_yaml(),
    }
}

fn check_schema(schema: &File, compat: Compat) -> Result<(), Failure> {
    match json::read(schema.data()) {
        Ok(_) => Ok(()),
        Err(_) if compat.is_helm3() => Err("Invalid JSON in values.schema.json".into()),
        Err(_) => Err("invalid JSON in values.schema.json".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    #[test]
    fn equal_charts_make_equal_bytes() {
        let chart =
            Chart { values_file: Some(File::new("values.yaml", "a: 1\n")), ..Chart::default() };
        let made = || archive(&chart, Times::Own(7), Compat::Helm4).expect("it has no schema");
        let bytes = made();
        assert_eq!(bytes, made());
        let mut tar = Vec::new();
        flate2::read::GzDecoder::new(&bytes[..]).read_to_end(&mut tar).expect("it is gzip");
        assert_eq!(tar.len() % 512, 0);
        assert_eq!(&bytes[..4], b"\x1f\x8b\x08\x14");
        assert_eq!(&bytes[8..12], b"\x00\xff\x2c\x00");
        assert_eq!(&bytes[12..16], b"rr\x28\x00");
    }

    #[test]
    fn schemas_are_json() {
        let schema = Some(File::new("values.schema.json", "{"));
        let chart = Chart { schema, ..Chart::default() };
        for (compat, first) in [(Compat::Helm3, 'I'), (Compat::Helm4, 'i')] {
            let failure = archive(&chart, Times::All(0), compat).expect_err("it is no JSON");
            assert_eq!(failure.to_string(), format!("{first}nvalid JSON in values.schema.json"));
        }
    }
}
