//! Why a chart cannot be loaded.

use std::fmt;

use super::disk::LinkError;
use super::limits::MOST_INFLATED_BYTES;
use go_text_template::Compat;
use go_text_template::data::{Str, quoted};
use go_text_template::path::PathError;
use go_text_template::yaml;

/// Why a chart cannot be loaded; its `Display` is Helm's text.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs, reason = "Display says what each is")]
pub enum Error {
    /// The disk does not give a file or directory.
    Path(PathError),
    /// Helm 4 finds no Chart.yaml to tell which loader it needs.
    Undetected {
        path: Str,
        error: PathError,
    },
    /// An `apiVersion` that Helm 4 does not know.
    UnsupportedVersion,
    /// A symbolic link leads nowhere.
    Symlink {
        path: Str,
        error: LinkError,
    },
    /// A pipe, socket or device.
    Irregular(Str),
    /// More than 5 MiB, which Helm 3 does not take.
    FileTooLarge {
        name: Str,
    },
    /// A file of the directory cannot be read.
    Unreadable {
        name: Str,
        error: PathError,
    },
    /// All files of a directory together exceed this many bytes: 100 MiB, which is Helm 4's bound,
    /// or more where Helm 3 has none.
    DirectoryTooLarge {
        name: Str,
        most: u64,
    },
    /// A directory has more files, directories and links than anybody needs.
    TooManyEntries {
        most: usize,
    },
    /// A directory has more links than anybody needs.
    TooManyLinks {
        most: usize,
    },
    /// `**` in .helmignore.
    IgnoreDoubleStar,
    /// A malformed glob in .helmignore.
    IgnorePattern,
    /// A line of .helmignore of 64 KiB or more.
    IgnoreLineTooLong,
    /// A YAML file where an archive was expected.
    YamlFile(Str),
    /// Something else where an archive was expected.
    NotAnArchive {
        path: Str,
        content_type: &'static str,
    },
    /// The compressed data has no gzip header.
    NotGzip(Str),
    /// The archive is broken; for a chart that is itself an archive, Helm 4 says no more than that.
    Archive(ArchiveError),
    /// What Helm 4 says instead of an [`ArchiveError`].
    UnreadableArchive,
    /// An archive without Chart.yaml, to Helm 4.
    NoChartInArchive,
    /// A file of the chart is no YAML, or does not have the right shape.
    Decode {
        file: &'static str,
        document: bool,
        error: DecodeError,
    },
    /// There is no Chart.yaml.
    MissingMetadata,
    MissingField(&'static str),
    DisallowedName(Str),
    InvalidName(Str),
    InvalidVersion(Str),
    InvalidType,
    NullMaintainer,
    NullDependency,
    DisallowedAlias(Str),
    DuplicateDependency(Str),
    /// A subchart cannot be loaded.
    Subchart {
        name: Str,
        parent: Str,
        error: Box<Self>,
    },
    /// A directory in charts/ is named like an archive.
    SubchartNotArchive {
        parent: Str,
        name: Str,
        found: Str,
    },
}

/// Why a text is not the YAML that was expected.
#[derive(Clone, Debug, PartialEq)]
pub enum DecodeError {
    /// It is no YAML, or of the wrong shape.
    Yaml(yaml::Error),
    /// A text in it is not what it should be.
    Shape(String),
    /// Something stands behind a `---`, which Helm 4 does not take.
    Separator(Str),
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Yaml(error) => error.fmt(f),
            Self::Shape(text) => write!(f, "error unmarshaling JSON: while decoding JSON: {text}"),
            Self::Separator(text) => write!(f, "invalid Yaml document separator: {text}"),
        }
    }
}

impl std::error::Error for DecodeError {}

/// Why an archive cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "Display says what each is")]
pub enum ArchiveError {
    /// Nothing to decompress at all.
    Empty,
    UnexpectedEnd,
    GzipHeader,
    GzipChecksum,
    /// The compressed data is damaged.
    Corrupt,
    TarHeader,
    TarFieldTooLong,
    AbsolutePath,
    OutsideBase(Str),
    ParentDirectory,
    IllegalName,
    ChartYamlNotInBase,
    TooLarge(Compat),
    FileTooLarge(Str),
    /// All archives of a chart together, which Helm does not count.
    TooMuchInflated,
    NoFiles,
}

impl From<PathError> for Error {
    fn from(error: PathError) -> Self {
        Self::Path(error)
    }
}

impl From<ArchiveError> for Error {
    fn from(error: ArchiveError) -> Self {
        Self::Archive(error)
    }
}

/// A Go string literal of the text.
struct Quoted<'t>(&'t Str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text: Vec<u8> = quoted(self.0.as_bytes()).into();
        f.write_str(&String::from_utf8_lossy(&text))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Path(error) => error.fmt(f),
            Self::Undetected { path, error } => {
                write!(f, "unable to detect chart at {path}: {error}")
            }
            Self::UnsupportedVersion => f.write_str("unsupported chart version"),
            Self::Symlink { path, error } => write!(f, "error evaluating symlink {path}: {error}"),
            Self::Irregular(path) => {
                write!(f, "cannot load irregular file {path} as it has file mode type bits set")
            }
            Self::FileTooLarge { name } => write!(
                f,
                "chart file {} is larger than the maximum file size 5242880",
                Quoted(name)
            ),
            Self::Unreadable { name, error } => write!(f, "error reading {name}: {error}"),
            Self::DirectoryTooLarge { name, most } => write!(
                f,
                "error reading {name}: chart exceeds maximum decompressed size of {most} bytes"
            ),
            Self::TooManyEntries { most } => write!(
                f,
                "chart directory has more than {most} files, directories and symbolic links"
            ),
            Self::TooManyLinks { most } => {
                write!(f, "chart directory has more than {most} symbolic links")
            }
            Self::IgnoreDoubleStar => f.write_str("double-star (**) syntax is not supported"),
            Self::IgnorePattern => f.write_str("syntax error in pattern"),
            Self::IgnoreLineTooLong => f.write_str("bufio.Scanner: token too long"),
            Self::YamlFile(path) => {
                write!(f, "file '{path}' seems to be a YAML file, but expected a gzipped archive")
            }
            Self::NotAnArchive { path, content_type } => write!(
                f,
                "file '{path}' does not appear to be a gzipped archive; got '{content_type}'"
            ),
            Self::NotGzip(path) => write!(
                f,
                "file '{path}' does not appear to be a valid chart file (details: {})",
                ArchiveError::GzipHeader
            ),
            Self::Archive(error) => error.fmt(f),
            Self::UnreadableArchive => f.write_str("unable to load chart archive"),
            Self::NoChartInArchive => {
                f.write_str("unable to detect chart version, no Chart.yaml found")
            }
            Self::Decode { file, document, error } => {
                let inner = match (document, error) {
                    (false, _) => "",
                    (true, DecodeError::Separator(_)) => "error reading yaml document: ",
                    (true, _) => "cannot unmarshal yaml document: ",
                };
                write!(f, "cannot load {file}: {inner}{error}")
            }
            Self::MissingMetadata => f.write_str("Chart.yaml file is missing"),
            Self::Subchart { name, parent, error } => {
                write!(f, "error unpacking subchart {name} in {parent}: {error}")
            }
            Self::SubchartNotArchive { parent, name, found } => {
                write!(f, "error unpacking subchart tar in {parent}: expected {name}, got {found}")
            }
            invalid => invalid.fmt_validation(f),
        }
    }
}

impl Error {
    fn fmt_validation(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("validation: ")?;
        match self {
            Self::MissingField(field) => write!(f, "chart.metadata.{field} is required"),
            Self::DisallowedName(name) => {
                write!(f, "chart.metadata.name {} is not allowed", Quoted(name))
            }
            Self::InvalidName(name) => {
                write!(f, "chart.metadata.name {} is invalid", Quoted(name))
            }
            Self::InvalidVersion(version) => {
                write!(f, "chart.metadata.version {} is invalid", Quoted(version))
            }
            Self::InvalidType => f.write_str("chart.metadata.type must be application or library"),
            Self::NullMaintainer => f.write_str("maintainers must not contain empty or null nodes"),
            Self::NullDependency => {
                f.write_str("dependencies must not contain empty or null nodes")
            }
            Self::DisallowedAlias(name) => {
                write!(f, "dependency {} has disallowed characters in the alias", Quoted(name))
            }
            Self::DuplicateDependency(name) => {
                write!(f, "more than one dependency with name or alias {}", Quoted(name))
            }
            _ => Ok(()),
        }
    }
}

impl std::error::Error for Error {}

impl fmt::Display for ArchiveError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("EOF"),
            Self::UnexpectedEnd => f.write_str("unexpected EOF"),
            Self::GzipHeader => f.write_str("gzip: invalid header"),
            Self::GzipChecksum => f.write_str("gzip: invalid checksum"),
            Self::Corrupt => f.write_str("flate: corrupt input"),
            Self::TarHeader => f.write_str("archive/tar: invalid tar header"),
            Self::TarFieldTooLong => f.write_str("archive/tar: header field too long"),
            Self::AbsolutePath => f.write_str("chart illegally contains absolute paths"),
            Self::OutsideBase(name) => write!(
                f,
                "chart illegally contains content outside the base directory: {}",
                Quoted(name)
            ),
            Self::ParentDirectory => f.write_str("chart illegally references parent directory"),
            Self::IllegalName => f.write_str("chart contains illegally named files"),
            Self::ChartYamlNotInBase => f.write_str("chart yaml not in base directory"),
            Self::TooLarge(Compat::Helm3) => {
                f.write_str("decompressed chart is larger than the maximum file size 104857600")
            }
            Self::TooLarge(Compat::Helm4) => {
                f.write_str("decompressed chart is larger than the maximum size 104857600")
            }
            Self::FileTooLarge(name) => write!(
                f,
                "decompressed chart file {} is larger than the maximum file size 5242880",
                Quoted(name)
            ),
            Self::TooMuchInflated => write!(
                f,
                "the archives of the chart decompress to more than {MOST_INFLATED_BYTES} bytes \
                 together"
            ),
            Self::NoFiles => f.write_str("no files in chart archive"),
        }
    }
}

impl std::error::Error for ArchiveError {}
