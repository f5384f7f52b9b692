//! Keywords for objects.

use super::checker::{Checker, Instance, Rejected, Visit};
use crate::schema::document::{self, Data, NodeId};
use crate::schema::program::{Dependency, Keyword, Properties, Rest, SchemaId};
use crate::schema::quoting::{listed, single_quoted};
use go_text_template::data::{Failure, Str};

impl Checker<'_> {
    pub(super) fn object_keyword(
        &mut self,
        visit: &mut Visit<'_>,
        entries: &[(Str, NodeId)],
        keyword: &Keyword,
    ) -> Result<(), Failure> {
        let has = |name: &Str| document::find(entries, name).is_some();
        match keyword {
            Keyword::MinProperties(min) => {
                self.at_least(visit, "minProperties", entries.len() as i64, *min)
            }
            Keyword::MaxProperties(max) => {
                self.at_most(visit, "maxProperties", entries.len() as i64, *max)
            }
            Keyword::Required(names) => match missing(entries, names).as_slice() {
                [] => Ok(()),
                [name] => self.fail(visit, || format!("missing property {}", single_quoted(name))),
                names => self.fail(visit, || format!("missing properties {}", listed(names))),
            },
            Keyword::Dependencies(dependencies) => {
                let present = dependencies.iter().filter(|(name, _)| has(name));
                for (name, dependency) in present {
                    match dependency {
                        Dependency::Required(names) => {
                            self.required_by(visit, entries, name, names)?;
                        }
                        Dependency::Schema(schema) => self.in_place(visit, *schema)?,
                    }
                }
                Ok(())
            }
            Keyword::DependentSchemas(schemas) => {
                let mut present = schemas.iter().filter(|(name, _)| has(name));
                present.try_for_each(|(_, schema)| self.in_place(visit, *schema))
            }
            Keyword::DependentRequired(required) => {
                let mut present = required.iter().filter(|(name, _)| has(name));
                present.try_for_each(|(name, names)| self.required_by(visit, entries, name, names))
            }
            Keyword::Properties(properties) => self.properties(visit, entries, properties),
            Keyword::PropertyNames(schema) => self.property_names(visit, entries, *schema),
            Keyword::UnevaluatedProperties(schema) => {
                let open = std::mem::take(&mut visit.open);
                let members = entries.iter().enumerate().filter(|(at, _)| open.contains(*at));
                for (_, (_, node)) in members {
                    self.check_member(visit, *schema, *node)?;
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn required_by(
        &mut self,
        visit: &mut Visit<'_>,
        entries: &[(Str, NodeId)],
        name: &Str,
        names: &[Str],
    ) -> Result<(), Failure> {
        let missing = missing(entries, names);
        if missing.is_empty() {
            return Ok(());
        }
        let name = || {
            format!("properties {} required, if {} exists", listed(&missing), single_quoted(name))
        };
        self.fail(visit, name)
    }

    fn properties(
        &mut self,
        visit: &mut Visit<'_>,
        entries: &[(Str, NodeId)],
        properties: &Properties,
    ) -> Result<(), Failure> {
        let mut forbidden = Vec::new();
        for (at, (name, node)) in entries.iter().enumerate() {
            if visit.failed && !self.detailed {
                return Ok(());
            }
            let mut evaluated = false;
            if let Some(schema) = document::find(&properties.named, name) {
                evaluated = true;
                self.check_member(visit, schema, *node)?;
            }
            for (pattern, schema) in &properties.patterns {
                if self.matches(pattern, name)? {
                    evaluated = true;
                    self.check_member(visit, *schema, *node)?;
                }
            }
            if !evaluated {
                match properties.additional {
                    Rest::Unmentioned => continue,
                    Rest::Allowed => {}
                    Rest::Forbidden => forbidden.push(name),
                    Rest::Schema(schema) => self.check_member(visit, schema, *node)?,
                }
            }
            visit.open.close(at);
        }
        if forbidden.is_empty() {
            return Ok(());
        }
        self.fail(visit, || format!("additional properties {} not allowed", listed(&forbidden)))
    }

    /// Names are checked as values of their own, which see nothing of what is around them.
    fn property_names(
        &mut self,
        visit: &mut Visit<'_>,
        entries: &[(Str, NodeId)],
        schema: SchemaId,
    ) -> Result<(), Failure> {
        let floor = std::mem::replace(&mut self.floor, self.scopes.len());
        for (name, _) in entries {
            let data = Data::String(name.clone());
            let instance = Instance { data: &data, node: self.subject.base };
            let Err(Rejected(fault)) = self.apply(schema, instance, None, false)? else { continue };
            let causes = fault.map_or(Vec::new(), |fault| fault.ungrouped());
            self.fail_because(visit, causes, || {
                format!("invalid propertyName {}", single_quoted(name))
            })?;
        }
        self.floor = floor;
        Ok(())
    }
}

/// Those of `names` that `entries` do not have.
fn missing(entries: &[(Str, NodeId)], names: &[Str]) -> Vec<Str> {
    names.iter().filter(|name| document::find(entries, name).is_none()).cloned().collect()
}
