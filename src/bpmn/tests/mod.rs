//! Files that are written and read again, files of other tools, and files that are wrong.

mod foreign;
mod hostile;
mod picture;
mod round;
mod unexpressed;

use crate::bpmn::{BpmnRead, BpmnWords, read_bpmn, write_bpmn};
use crate::workflow::{Clock, Step, StepTable, Target};

/// A table as a file.
fn written(table: &StepTable) -> String {
    let words = BpmnWords {
        title: "Đăng ký \"khai sinh\" <1> & 2",
        role_name: &|role| format!("Vai trò <{role}>"),
        no_role: "Chưa giao",
        start: "Bắt đầu",
        completed: "Hoàn thành",
        refused: "Từ chối",
        withdrawn: "Rút hồ sơ",
    };
    write_bpmn(table, &words).unwrap()
}

fn read(text: &str) -> BpmnRead {
    read_bpmn(text.as_bytes()).unwrap_or_else(|fault| panic!("{fault}"))
}

/// The rows in short: code, marks, and where they lead.
fn rows(table: &StepTable) -> Vec<String> {
    let row = |step: &Step| {
        let mut text = format!("{} {}", step.code, step.name);
        if step.optional {
            text += " opt";
        }
        if step.clock == Clock::Paused {
            text += " paused";
        }
        if let Some(branch) = &step.branch {
            text += &format!(" @{}/{}", branch.group, branch.branch);
        }
        for next in &step.next {
            let target = match &next.target {
                Target::Step(code) => code.to_string(),
                other @ (Target::End | Target::EndRefused | Target::EndWithdrawn) => format!("{other:?}"),
            };
            text += &format!(" >{}={target}", next.outcome.as_deref().unwrap_or_default());
        }
        text
    };
    table.steps.iter().map(row).collect()
}
