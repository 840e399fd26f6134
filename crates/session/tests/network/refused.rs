//! What the status of a server's answer becomes.

use sidewinder_testkit::server::Fault;

use crate::place::{Place, Wanted};

#[test]
fn a_channel_that_has_no_index_tells_the_status() {
    for status in [401, 403, 404, 410, 451, 501] {
        let place = Place::new();
        let server = place.site().fault(Fault::on("*").status(status)).start().unwrap();
        let outcome = place.set_up(&Wanted { source: None, ..Wanted::from(&server) });
        assert_eq!(outcome.code.as_deref(), Some("CHANNEL_FAILED"), "{outcome:?}");
        assert_eq!(outcome.status, Some(status), "{outcome:?}");
    }
}
