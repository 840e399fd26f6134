//! The dates of zip entries.

use std::time::{Duration, SystemTime};

use ::zip::DateTime;

/// A zip's date, which names no time zone, taken as UTC.
pub(super) fn to_system_time(date: DateTime) -> Option<SystemTime> {
    let days = days_since_epoch(i64::from(date.year()), i64::from(date.month()), i64::from(date.day()));
    let seconds =
        ((days * 24 + i64::from(date.hour())) * 60 + i64::from(date.minute())) * 60 + i64::from(date.second());
    SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(u64::try_from(seconds).ok()?))
}

/// Days from 1970-01-01 in the Gregorian calendar; years start in March, so that the leap day comes last.
fn days_since_epoch(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let month_from_march = (month + 9) % 12;
    let day_of_year = (153 * month_from_march + 2) / 5 + day - 1;
    365 * year + year / 4 - year / 100 + year / 400 + day_of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_counted_right() {
        for (date, days) in [((1970, 1, 1), 0), ((1980, 1, 1), 3652), ((2000, 2, 29), 11_016), ((2024, 3, 1), 19_783)] {
            assert_eq!(days_since_epoch(date.0, date.1, date.2), days, "{date:?}");
        }
    }
}
