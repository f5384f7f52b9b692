//! Evaluates pipelines, commands and operands.

use bstr::ByteSlice;

use super::Evaluator;
use super::item::{Held, Item};
use crate::data::Value;
use crate::template::Error;
use crate::template::ast::{
    Chain, Command, Kind, Name, Number, Operand, Pipe, Skippable, Slot, Target, Variable,
};
use crate::template::display::{self, NodeRef};
use crate::template::flow::Flow;

impl<'a> Evaluator<'a, '_, '_> {
    /// The value of the last command; each takes the value of the one before as its last argument.
    pub(super) fn pipeline(&mut self, dot: &Item, pipe: &'a Pipe) -> Result<Item, Error> {
        self.at = NodeRef::Pipe(pipe);
        let outer = self.cx.recorder.as_mut().map(|recorder| recorder.flow().enter_pipeline());
        let mut value = None;
        for command in self.all(pipe.commands) {
            value = Some(self.command(dot, command, value)?.unboxed());
        }
        let value = value.unwrap_or_default();
        for target in self.all(pipe.targets) {
            self.store(pipe, target, value.clone())?;
            self.note(pipe, target, Flow::assign)?;
        }
        if let (Some(recorder), Some(outer)) = (&mut self.cx.recorder, outer) {
            recorder.flow().leave_pipeline(outer);
        }
        Ok(value)
    }

    fn command(
        &mut self,
        dot: &Item,
        command: &'a Command,
        last: Option<Item>,
    ) -> Result<Item, Error> {
        if !command.skippable.is_empty() {
            self.forget(self.all(command.skippable))?;
        }
        let words = self.all(command.words);
        let (first, rest) = (&words[0], &words[1..]);
        match first.kind {
            Kind::Field(names) => {
                self.at = NodeRef::Operand(first);
                self.fields(dot, dot, first, self.all(names), rest, last)
            }
            Kind::Chain(chain) => self.chain(dot, first, self.get(chain), rest, last),
            Kind::Function(function) => {
                self.at = NodeRef::Operand(first);
                self.step()?;
                self.function(dot, first, self.get(function), NodeRef::Command(command), rest, last)
            }
            Kind::Pipe(pipe) => {
                self.check_no_arguments(first, rest, last.as_ref())?;
                self.deeper(|e| e.pipeline(dot, e.get(pipe)))
            }
            Kind::Variable(variable) => self.variable(dot, first, self.get(variable), rest, last),
            Kind::Dot | Kind::Nil | Kind::Bool(_) | Kind::Number(_) | Kind::Text(_) => {
                self.at = NodeRef::Operand(first);
                self.check_no_arguments(first, rest, last.as_ref())?;
                match first.kind {
                    Kind::Nil => Err(self.error("nil is not a command")),
                    _ => self.operand(dot, first),
                }
            }
        }
    }

    fn check_no_arguments(
        &mut self,
        first: &Operand,
        rest: &[Operand],
        last: Option<&Item>,
    ) -> Result<(), Error> {
        if rest.is_empty() && last.is_none() {
            return Ok(());
        }
        let first = display::node(NodeRef::Operand(first), self.parsed);
        Err(self.error(format!("can't give argument to non-function {first}")))
    }

    /// An operand that takes no arguments, as it is.
    pub(super) fn operand(&mut self, dot: &Item, operand: &'a Operand) -> Result<Item, Error> {
        self.at = NodeRef::Operand(operand);
        match operand.kind {
            Kind::Dot => {
                if let Some(recorder) = &mut self.cx.recorder {
                    recorder.flow().dot(&dot.value);
                }
                Ok(dot.clone())
            }
            Kind::Nil => Ok(Item::ABSENT),
            Kind::Bool(value) => Ok(Item::plain(Value::Bool(value))),
            Kind::Number(number) => self.number(operand, self.get(number)),
            Kind::Text(text) => Ok(Item::plain(Value::String(self.get(text).clone()))),
            Kind::Field(names) => self.fields(dot, dot, operand, self.all(names), &[], None),
            Kind::Variable(variable) => self.variable(dot, operand, self.get(variable), &[], None),
            Kind::Function(function) => {
                let node = NodeRef::Operand(operand);
                self.function(dot, operand, self.get(function), node, &[], None)
            }
            Kind::Chain(chain) => self.chain(dot, operand, self.get(chain), &[], None),
            Kind::Pipe(pipe) => self.deeper(|e| e.pipeline(dot, e.get(pipe))),
        }
    }

    /// A number where nobody asks for a type: its spelling tells the type.
    fn number(&mut self, operand: &Operand, number: &Number) -> Result<Item, Error> {
        let text = operand.of(&self.parsed.text);
        let value = match *number {
            Number { complex: Some((real, imaginary)), .. } => Value::Complex(real, imaginary),
            Number { float: Some(float), .. } if looks_like_float(text) => Value::Float(float),
            Number { int: Some(int), .. } => Value::int(int),
            _ => return Err(self.error(format!("{} overflows int", text.as_bstr()))),
        };
        Ok(Item::plain(value))
    }

    fn chain(
        &mut self,
        dot: &Item,
        operand: &'a Operand,
        chain: &'a Chain,
        args: &'a [Operand],
        last: Option<Item>,
    ) -> Result<Item, Error> {
        self.at = NodeRef::Operand(operand);
        let receiver = self.operand(dot, &chain.start)?;
        self.fields(dot, &receiver, operand, self.all(chain.fields), args, last)
    }

    fn variable(
        &mut self,
        dot: &Item,
        operand: &'a Operand,
        variable: &'a Variable,
        args: &'a [Operand],
        last: Option<Item>,
    ) -> Result<Item, Error> {
        self.at = NodeRef::Operand(operand);
        let value = self.load(variable)?;
        if variable.fields.is_empty() {
            if self.cx.recorder.is_some() {
                let place = self.resolve(variable.slot)?;
                let recorder = self.cx.recorder.as_mut();
                recorder
                    .into_iter()
                    .for_each(|recorder| recorder.flow().variable(place, &value.value));
            }
            self.check_no_arguments(operand, args, last.as_ref())?;
            return Ok(value);
        }
        self.fields(dot, &value, operand, self.all(variable.fields), args, last)
    }
}

/// The variables of the template that is executing.
impl<'a> Evaluator<'a, '_, '_> {
    /// Gives a variable that `pipe` declares or assigns its value.
    pub(super) fn store(&mut self, pipe: &Pipe, target: &Target, item: Item) -> Result<(), Error> {
        let at = if pipe.assigns { self.resolve(target.slot)? } else { self.index(target.slot) };
        match self.cx.slots.get_mut(at) {
            Some(held) => *held = Held::Item(item),
            None => return Err(self.undefined(target.name)),
        }
        Ok(())
    }

    /// Notes what a variable that was just given its value holds, if somebody wants to know.
    pub(super) fn note(
        &mut self,
        pipe: &Pipe,
        target: &Target,
        note: impl FnOnce(&mut Flow, usize),
    ) -> Result<(), Error> {
        if self.cx.recorder.is_none() {
            return Ok(());
        }
        let at = if pipe.assigns { self.resolve(target.slot)? } else { self.index(target.slot) };
        if let Some(recorder) = &mut self.cx.recorder {
            note(recorder.flow(), at);
        }
        Ok(())
    }

    fn load(&mut self, variable: &Variable) -> Result<Item, Error> {
        let at = self.resolve(variable.slot)?;
        match self.cx.slots.get_mut(at) {
            Some(Held::Item(item)) if variable.is_last_read => Ok(std::mem::take(item)),
            Some(Held::Item(item)) => Ok(item.clone()),
            _ => Err(self.undefined(variable.name)),
        }
    }

    /// Where the variable is that lives in `slot` or, if it was not declared, the older one.
    #[inline]
    fn resolve(&mut self, slot: Slot) -> Result<usize, Error> {
        let mut at = self.index(slot);
        while let Some(&Held::Older(older)) = self.cx.slots.get(at) {
            self.step()?;
            at = self.index(older);
        }
        Ok(at)
    }

    fn index(&self, Slot(slot): Slot) -> usize {
        self.base.saturating_add(slot as usize)
    }

    /// Forgets variables whose declaration may be skipped this time.
    #[cold]
    fn forget(&mut self, skippable: &'a [Skippable]) -> Result<(), Error> {
        self.steps(skippable.len() as u64)?;
        for &Skippable { slot, older } in skippable {
            let at = self.index(slot);
            self.cx.slots[at] = Held::Older(older);
        }
        Ok(())
    }

    fn undefined(&mut self, name: Name) -> Error {
        let name = self.name(name);
        self.error(format!("undefined variable: {name}"))
    }
}

/// True for spellings that only a float can have: not `0xe` and not `'e'`.
fn looks_like_float(text: &[u8]) -> bool {
    let hexadecimal = text.starts_with(b"0x") || text.starts_with(b"0X");
    if hexadecimal && text.len() > 2 {
        return text.find_byteset(b"pP").is_some();
    }
    !text.starts_with(b"'") && text.find_byteset(b".eEpP").is_some()
}
