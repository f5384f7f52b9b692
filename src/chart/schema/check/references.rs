//! References that were followed when the schema was compiled, and those that depend on the way here.

use super::checker::{Checker, Scope, Visit};
use crate::schema::program::SchemaId;
use go_text_template::data::{Failure, Str};

impl Checker<'_> {
    pub(super) fn reference(
        &mut self,
        visit: &mut Visit<'_>,
        target: SchemaId,
        keyword: &'static str,
    ) -> Result<(), Failure> {
        let Some(mut rejected) = self.nested(visit, target, Some(keyword))? else { return Ok(()) };
        // A reference with one cause is never printed; in the place of a group it stands itself,
        // even if the group comes from further below.
        if let Some(fault) = rejected.0.as_mut().filter(|fault| fault.is_group) {
            fault.is_group = false;
            fault.node = visit.instance.node;
        }
        Self::pass_on(visit, rejected);
        Ok(())
    }

    fn visible(&self) -> &[Scope] {
        &self.scopes[self.floor..]
    }

    /// The outermost schema that lets itself be extended, if the target does.
    pub(super) fn recursive_target(&self, target: SchemaId) -> SchemaId {
        let extensible = |scope: &&Scope| {
            let resource = self.program.schema(scope.schema).resource;
            self.program.schema(resource).recursive_anchor
        };
        if !self.program.schema(target).recursive_anchor {
            return target;
        }
        self.visible().iter().find(extensible).map_or(target, |scope| scope.schema)
    }

    /// The schema that the outermost resource has for the anchor, if the target has it too.
    pub(super) fn dynamic_target(&self, target: SchemaId, anchor: Option<&Str>) -> SchemaId {
        let Some(anchor) = anchor else { return target };
        if self.program.schema(target).dynamic_anchor.as_ref() != Some(anchor) {
            return target;
        }
        let anchored = |scope: &Scope| {
            let resource = self.program.schema(scope.schema).resource;
            let anchors = &self.program.schema(resource).dynamic_anchors;
            anchors.iter().find(|(name, _)| name == anchor).map(|(_, schema)| *schema)
        };
        self.visible().iter().find_map(anchored).unwrap_or(target)
    }
}
