//! Watching the script and the host until nothing is left to watch.

use crate::orphaned::Output;
use crate::sys::Poll;
use crate::{fd, sys, tree};

/// How long processes may take to end once they are asked to.
const KILL_GRACE: i64 = 1500;
/// How long the others may take once the script itself is gone.
const KILL_GRACE_OF_REST: i64 = 50;
/// How long what a script left in its process group may take.
const KILL_GRACE_OF_LEFTOVERS: i64 = 500;

struct Watch {
    main: i32,
    events: i32,
    status: Option<i32>,
}

/// What the script left in its process group.
enum Leftovers {
    Stay,
    /// Until when they may end.
    Asked(i64),
    Gone,
}

/// Commands of the host. Anything else, and end of file, after the script ended: its output was read.
const END: u8 = b'T';
const KILL: u8 = b'K';

pub fn watch(main: i32, keep: bool) -> ! {
    let mut watch = Watch { main, events: sys::child_events(), status: None };
    let mut control = fd::CONTROL;
    let mut output = Output::new();
    loop {
        if sys::has_ended(main) {
            watch.linger(control, output);
        }
        watch.reap_others();
        let [out, err] = output.polls();
        let mut polls = [Poll::input(control), Poll::input(watch.events), out, err];
        sys::poll(&mut polls, None);
        output.take([polls[2], polls[3]]);
        if polls[0].happened != 0 {
            let mut command = [0u8; 1];
            match sys::read(control, &mut command) {
                1 if command[0] == KILL => watch.end(0),
                1 if command[0] == END => watch.end(KILL_GRACE),
                1 => {}
                // The host is gone.
                _ if keep => {
                    sys::close(control);
                    control = -1;
                    output.active = true;
                }
                _ => watch.end(KILL_GRACE),
            }
        }
        watch.drain();
    }
}

impl Watch {
    /// Ends everything: asks first, kills after a moment.
    fn end(&mut self, grace: i64) -> ! {
        if grace > 0 {
            tree::ask_all(self.main);
            let deadline = sys::now() + grace;
            while !sys::has_ended(self.main) && sys::now() < deadline {
                self.wait(deadline - sys::now());
                self.reap_others();
            }
            // The rest gets a moment, not the whole grace: the script is gone.
            let deadline = sys::now() + KILL_GRACE_OF_REST;
            while sys::now() < deadline && self.has_others() {
                self.wait(deadline - sys::now());
                self.reap_others();
            }
        }
        let main = self.main;
        tree::kill_all(main, || self.reap_one());
        self.tell(true);
        sys::exit(0)
    }

    /// The script ended by itself. What it left in its process group is ended once the host has read the output, to which
    /// a `tee` of the script may still write. A daemon, which has a session of its own, stays, and this process with it:
    /// whoever closes the session finds the daemon below.
    fn linger(&mut self, mut control: i32, mut output: Output) -> ! {
        let is_last = self.reap_until_none();
        self.tell(is_last);
        sys::close(fd::STATUS);
        if !output.active {
            sys::close(fd::LOG);
            sys::close(fd::OUTPUT);
            sys::close(fd::ERRORS);
        }
        let mut leftovers = Leftovers::Stay;
        loop {
            self.drain();
            if self.reap_until_none() {
                sys::exit(0);
            }
            if control < 0 && matches!(leftovers, Leftovers::Stay) {
                tree::signal_group(self.main, sys::SIGTERM);
                leftovers = Leftovers::Asked(sys::now() + KILL_GRACE_OF_LEFTOVERS);
            }
            let mut time = None;
            if let Leftovers::Asked(deadline) = leftovers {
                time = Some((deadline - sys::now()).max(1));
                if sys::now() >= deadline && !tree::signal_group(self.main, sys::SIGKILL) {
                    leftovers = Leftovers::Gone;
                    time = None;
                }
            }
            let [out, err] = output.polls();
            let mut polls = [Poll::input(control), Poll::input(self.events), out, err];
            sys::poll(&mut polls, time);
            output.take([polls[2], polls[3]]);
            if polls[0].happened != 0 {
                sys::close(control);
                control = -1;
            }
        }
    }

    fn wait(&self, milliseconds: i64) {
        sys::poll(&mut [Poll::input(self.events)], Some(milliseconds.max(1)));
        self.drain();
    }

    /// Reads what announced children that ended; they are looked for anyway.
    fn drain(&self) {
        let mut information = [0u8; 128];
        while sys::read(self.events, &mut information) > 0 {}
    }

    /// Takes the status of ended children until the script is among them: its number must stay taken as long as its group
    /// may be signaled.
    fn reap_others(&mut self) {
        while !sys::has_ended(self.main) && self.reap_one() > 0 {}
    }

    /// Takes the status of all ended children, and says whether there are no others.
    fn reap_until_none(&mut self) -> bool {
        loop {
            match self.reap_one() {
                sys::ECHILD => return true,
                pid if pid > 0 => {}
                _ => return false,
            }
        }
    }

    /// Takes the status of an ended child; see [`sys::reap`].
    fn reap_one(&mut self) -> isize {
        let mut status = 0;
        let pid = sys::reap(-1, &mut status);
        if pid == self.main as isize {
            self.status = Some(status);
        }
        pid
    }

    /// Whether anything but the script is left.
    fn has_others(&self) -> bool {
        let mut any = false;
        tree::Children::now().each(|pid| any |= pid != self.main);
        any
    }

    /// Reports to the host how the script ended and what it and its children used; `is_last`: nothing is left to watch.
    fn tell(&self, is_last: bool) {
        // Before, as the host may start the next run at once.
        sys::close(fd::LOCK);
        let mut record = [0u8; 1024];
        record[0] = b'X';
        record[1] = u8::from(is_last);
        record[2..6].copy_from_slice(&self.status.unwrap_or(sys::SIGKILL).to_le_bytes());
        let mut at = 6;
        for number in sys::usage_of_children() {
            record[at..at + 8].copy_from_slice(&number.to_le_bytes());
            at += 8;
        }
        // With what all children did that were waited for.
        let file = sys::open_to_read(c"/proc/self/io");
        if file >= 0 {
            at += sys::read(file, &mut record[at..]).max(0) as usize;
            sys::close(file);
        }
        sys::write(fd::STATUS, &record[..at]);
    }
}
