//! The table drawn as a picture: roles as lanes, steps from top to bottom in table order. There is no second drawing
//! to keep in step with the table, because the picture is made from it.

mod layout;
mod look;
mod overlay;
mod plan;
mod svg;
pub mod text;
mod tracks;
mod traffic;

pub use overlay::{EdgeMark, EventMark, MOST_HEAT, MarkClass, Overlay, Point, RowMark};
pub use traffic::{Connection, connections};

pub use text::wrap;

use layout::Layout;
use plan::Plan;

use super::{Branch, Clock, RoleCode, StepTable, Target};

/// The words of a picture, in the reader's language.
pub struct DiagramWords<'a> {
    /// Prefix of every id in the picture, unique on the page; letters, digits and `-`.
    pub id: &'a str,
    /// Short name of the picture.
    pub title: &'a str,
    /// What the picture shows, in a sentence.
    pub description: &'a str,
    /// What people call a role.
    pub role_name: &'a dyn Fn(&RoleCode) -> String,
    /// Heading of a branch of a parallel part ("Song song P1, nhánh a").
    pub branch_name: &'a dyn Fn(&Branch) -> String,
    /// Heading of the lane of steps without a role.
    pub no_role: &'a str,
    /// Before the second role of a step that several roles may do ("hoặc").
    pub or: &'a str,
    /// The start of a case.
    pub start: &'a str,
    /// The end with a result.
    pub completed: &'a str,
    /// The end with a refusal.
    pub refused: &'a str,
    /// The end by withdrawal.
    pub withdrawn: &'a str,
    /// On a step that may be left out.
    pub optional: &'a str,
    /// On a step during which the clock of the case stands still.
    pub paused: &'a str,
    /// The sentences of the text alternative.
    pub sentences: Sentences<'a>,
}

/// Parts of the sentences for people who do not see the picture; names in braces are filled in.
#[derive(Debug, Clone, Copy)]
pub struct Sentences<'a> {
    /// `{number}`, `{code}`, `{name}`, `{roles}`: "Bước {number} ({code}): {name}; thực hiện: {roles}".
    pub step: &'a str,
    /// `{target}`: "; tiếp theo: {target}".
    pub then: &'a str,
    /// `{outcome}`, `{target}`: "; nếu {outcome} thì đến {target}".
    pub when: &'a str,
    /// Before an optional or paused mark or a branch, usually "; ".
    pub separator: &'a str,
    /// What closes a sentence, usually ".".
    pub stop: &'a str,
}

/// The table as an SVG picture: one `svg` element with title and description, the same for the same input, without
/// style attributes or scripts. It has an intrinsic width in pixels; a page may scale or scroll it.
pub fn draw(table: &StepTable, words: &DiagramWords<'_>) -> String {
    draw_case(table, words, &Overlay::default())
}

/// The same picture with a case, or the figures of many, laid over it.
pub fn draw_case(table: &StepTable, words: &DiagramWords<'_>, overlay: &Overlay) -> String {
    let mut plan = Plan::of(table);
    plan.lay_over(&overlay.edges);
    let layout = Layout::of(table, &plan, words, overlay);
    svg::write(table, &plan, &layout, words, overlay)
}

/// The same flow in words: one sentence for each row, in table order.
pub fn text_alternative(table: &StepTable, words: &DiagramWords<'_>) -> Vec<String> {
    let place = |target: &Target| match target {
        Target::Step(code) => code.to_string(),
        Target::End => words.completed.to_owned(),
        Target::EndRefused => words.refused.to_owned(),
        Target::EndWithdrawn => words.withdrawn.to_owned(),
    };
    let plan = Plan::of(table);
    let mut sentences = Vec::with_capacity(table.steps.len());
    for (row, step) in table.steps.iter().enumerate() {
        let roles: Vec<String> = step.roles.iter().map(|role| (words.role_name)(role)).collect();
        let roles = if roles.is_empty() {
            words.no_role.to_owned()
        } else {
            roles.join(&format!(" {} ", words.or))
        };
        let (number, code) = ((row + 1).to_string(), step.code.as_str());
        let holes = [
            ("number", number.as_str()),
            ("code", code),
            ("name", &step.name),
            ("roles", &roles),
        ];
        let mut sentence = fill(words.sentences.step, &holes);
        let branch = step.branch.as_ref().map(|branch| (words.branch_name)(branch));
        let optional = step.optional.then(|| words.optional.to_owned());
        let paused = (step.clock == Clock::Paused).then(|| words.paused.to_owned());
        for part in [branch, optional, paused].into_iter().flatten() {
            sentence.push_str(words.sentences.separator);
            sentence.push_str(&part);
        }
        if step.next.is_empty() {
            for target in plan.rows_after(row) {
                let target = match target.and_then(|row| table.steps.get(row)) {
                    Some(step) => step.code.to_string(),
                    None => words.completed.to_owned(),
                };
                sentence.push_str(&fill(words.sentences.then, &[("target", &target)]));
            }
        }
        for next in &step.next {
            let target = place(&next.target);
            sentence.push_str(&match &next.outcome {
                Some(outcome) => fill(words.sentences.when, &[("outcome", outcome), ("target", &target)]),
                None => fill(words.sentences.then, &[("target", &target)]),
            });
        }
        sentence.push_str(words.sentences.stop);
        sentences.push(sentence);
    }
    sentences
}

/// Fills names in braces in one pass, so that a value with braces is never filled again.
fn fill(template: &str, holes: &[(&str, &str)]) -> String {
    let mut out = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let known = after.split_once('}').and_then(|(name, tail)| {
            holes
                .iter()
                .find(|(hole, _)| *hole == name)
                .map(|(_, value)| (*value, tail))
        });
        if let Some((value, tail)) = known {
            out.push_str(value);
            rest = tail;
        } else {
            out.push('{');
            rest = after;
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests;
