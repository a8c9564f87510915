//! What our own files say of a step besides its name.

use crate::procedures::StepRow;

/// Takes a line of a step that is a mark; false when it is none.
pub(super) fn mark(step: &mut StepRow, text: &str) -> bool {
    let codes = |rest: &str| {
        rest.split(',')
            .map(|code| code.trim().to_owned())
            .filter(|code| !code.is_empty())
            .collect()
    };
    match text {
        "Có thể bỏ qua." => step.optional = true,
        "Tạm dừng tính thời gian." => step.paused = true,
        _ => {
            let Some((name, rest)) = text.split_once(": ") else {
                return false;
            };
            match name {
                "Làm song song" => step.parallel = rest.to_owned(),
                "Người khác người làm" => step.different_from = codes(rest),
                "Cùng người làm" => step.same_as = codes(rest),
                "Số lần tối đa" if rest.parse::<u32>().is_ok() => step.max_times = rest.parse().ok(),
                _ => return false,
            }
        }
    }
    true
}
