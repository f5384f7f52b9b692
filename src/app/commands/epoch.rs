//! The time that archives and their files are given, if the environment has one.

use super::Session;
use go_text_template::data::Failure;

/// The time that Helm 4 gives to everything, if the environment has one.
pub(super) fn source_date_epoch(session: &Session<'_>) -> Result<Option<i64>, Failure> {
    let given = session.environment.get("SOURCE_DATE_EPOCH");
    let Some(text) = given.filter(|_| !session.compat.is_helm3()) else { return Ok(None) };
    let invalid = |why: String| Failure::from(format!("invalid SOURCE_DATE_EPOCH: {why}"));
    match text.parse::<i64>() {
        Ok(epoch) if epoch < 0 => Err(invalid("must not be negative".to_owned())),
        Ok(epoch) => Ok(Some(epoch)),
        Err(error) => {
            use std::num::IntErrorKind::{NegOverflow, PosOverflow};
            let is_large = matches!(error.kind(), NegOverflow | PosOverflow);
            let why = if is_large { "value out of range" } else { "invalid syntax" };
            Err(invalid(format!("strconv.ParseInt: parsing {text:?}: {why}")))
        }
    }
}
