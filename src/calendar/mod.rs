//! The working calendar: which days and hours the office works, and what a time limit becomes on it
//! (Civil Code 2015, articles 147–148; Labour Code 2019, article 112).
//!
//! `working_time`, `holidays` and `lunar` are pure. Table: `holidays`, the days that an administrator may correct.

mod holidays;
mod lunar;
mod pages;
mod schema;
mod store;
mod working_time;

pub use holidays::{Holiday, HolidayKind, holidays, statutory_calendar};
pub use pages::doors;
pub use store::{lay_down_year, working_calendar};
pub use working_time::{DayCounting, HoursProblem, OfficeHours, WorkingCalendar};
