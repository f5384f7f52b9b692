//! Keywords that ask other schemas about the same value.

use super::checker::{Checker, Rejected, Visit};
use crate::schema::program::{Keyword, SchemaId};
use go_text_template::data::Failure;

impl Checker<'_> {
    pub(super) fn choice(
        &mut self,
        visit: &mut Visit<'_>,
        keyword: &Keyword,
    ) -> Result<(), Failure> {
        match keyword {
            Keyword::Not(schema) if self.quietly(visit, *schema)? => {
                self.fail(visit, || "'not' failed".into())
            }
            Keyword::AllOf(schemas) => self.all_of(visit, schemas),
            Keyword::AnyOf(schemas) => self.any_of(visit, schemas),
            Keyword::OneOf(schemas) => self.one_of(visit, schemas),
            _ => Ok(()),
        }
    }

    fn all_of(&mut self, visit: &mut Visit<'_>, schemas: &[SchemaId]) -> Result<(), Failure> {
        let mut causes = Vec::new();
        let mut failed = false;
        for schema in schemas {
            if let Some(Rejected(fault)) = self.nested(visit, *schema, None)? {
                failed = true;
                causes.extend(fault.map(|fault| *fault));
                if !self.detailed {
                    break;
                }
            }
        }
        if !failed {
            return Ok(());
        }
        self.fail_because(visit, causes, || "'allOf' failed".into())
    }

    fn any_of(&mut self, visit: &mut Visit<'_>, schemas: &[SchemaId]) -> Result<(), Failure> {
        let mut causes = Vec::new();
        let mut matched = false;
        for schema in schemas {
            match self.nested(visit, *schema, None)? {
                Some(Rejected(fault)) => causes.extend(fault.map(|fault| *fault)),
                None => {
                    matched = true;
                    // As long as members are open, the other schemas may know them.
                    if visit.open.is_empty() {
                        break;
                    }
                }
            }
        }
        if matched {
            return Ok(());
        }
        self.fail_because(visit, causes, || "'anyOf' failed".into())
    }

    fn one_of(&mut self, visit: &mut Visit<'_>, schemas: &[SchemaId]) -> Result<(), Failure> {
        let mut causes = Vec::new();
        let mut matched = None;
        for (at, schema) in schemas.iter().enumerate() {
            match matched {
                None => match self.nested(visit, *schema, None)? {
                    Some(Rejected(fault)) => causes.extend(fault.map(|fault| *fault)),
                    None => matched = Some(at),
                },
                Some(first) if self.quietly(visit, *schema)? => {
                    let both = || format!("'oneOf' failed, subschemas {first}, {at} matched");
                    return self.fail(visit, both);
                }
                Some(_) => {}
            }
        }
        if matched.is_some() {
            return Ok(());
        }
        self.fail_because(visit, causes, || "'oneOf' failed, none matched".into())
    }
}
