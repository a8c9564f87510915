//! All SQL of this room.

mod letters;
mod notices;
mod settings;

pub use letters::{LetterRow, letters};
pub use notices::{list, unread};
pub use settings::settings;

pub(super) use letters::{
    NewLetter, claim, digests_on, due_letters, end_letter, insert_letter, letters_since, note_error, open_letter,
    reopen_failed,
};
pub(super) use notices::{
    Change, Known, NOTICE_PAGE, apply, current, deadlines, former, insert, put_into, read, said_in, untold,
};
pub(super) use settings::{
    Chosen, address_is_confirmed, all_settings, by_feed, confirm_address, set_feed, write_settings,
};
