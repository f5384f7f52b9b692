//! `chart env`: where Helm's files are, and what else its environment says.

use super::{Error, Session};

/// What `env` was asked for.
#[derive(Clone, Debug, Default)]
pub struct Args {
    /// The variables in their order, as flags and environment make them.
    pub variables: Vec<(&'static str, String)>,
    /// The only one that is wanted.
    pub name: Option<String>,
}

/// Writes the variables, or the value of the one that is wanted.
pub fn run(args: &Args, session: &mut Session<'_>) -> Result<(), Error> {
    let text = match &args.name {
        None => all(&args.variables),
        Some(name) => {
            let found = args.variables.iter().find(|(known, _)| known == name);
            format!("{}\n", found.map_or("", |(_, value)| value))
        }
    };
    session.out.write_all(text.as_bytes()).map_err(Error::Stdout)
}

fn all(variables: &[(&'static str, String)]) -> String {
    variables.iter().map(|(name, value)| format!("{name}=\"{value}\"\n")).collect()
}
