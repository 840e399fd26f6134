//! Gzip of several members, and padding after the last.

use std::io::{self, BufRead, Read};

use flate2::bufread::GzDecoder;

/// Unpacks all members. Zeros after the last are padding, as tapes and copies of whole blocks have it; anything else
/// there is an error.
pub(super) struct Members<R> {
    state: State<R>,
}

enum State<R> {
    Member(Box<GzDecoder<R>>),
    Padding(R),
    /// All was read, or it failed.
    End,
}

impl<R: BufRead> Members<R> {
    pub(super) fn new(packed: R) -> Self {
        Self { state: State::Member(Box::new(GzDecoder::new(packed))) }
    }
}

impl<R: BufRead> Read for Members<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        loop {
            match std::mem::replace(&mut self.state, State::End) {
                State::Member(mut member) => {
                    let read = member.read(buffer);
                    let interrupted = read.as_ref().is_err_and(|error| error.kind() == io::ErrorKind::Interrupted);
                    if interrupted || read.as_ref().is_ok_and(|&read| read > 0) {
                        self.state = State::Member(member);
                        return read;
                    }
                    read?;
                    let mut packed = member.into_inner();
                    self.state = match packed.fill_buf()?.first() {
                        None => return Ok(0),
                        Some(0x1f) => State::Member(Box::new(GzDecoder::new(packed))),
                        Some(_) => State::Padding(packed),
                    };
                }
                State::Padding(mut packed) => loop {
                    let bytes = packed.fill_buf()?;
                    if bytes.is_empty() {
                        return Ok(0);
                    }
                    if bytes.iter().any(|&byte| byte != 0) {
                        return Err(io::Error::new(
                            io::ErrorKind::InvalidData,
                            "bytes that are neither gzip nor padding follow its end",
                        ));
                    }
                    let zeros = bytes.len();
                    packed.consume(zeros);
                },
                State::End => return Ok(0),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use std::io::{BufReader, Write};

    use super::*;

    fn packed(text: &str) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(text.as_bytes()).unwrap();
        encoder.finish().unwrap()
    }

    /// By buffers of one byte too, where each byte is on its own.
    fn unpacked(bytes: &[u8]) -> io::Result<String> {
        let [whole, single] = [8192, 1].map(|size| {
            let mut text = String::new();
            Members::new(BufReader::with_capacity(size, bytes)).read_to_string(&mut text).map(|_| text)
        });
        assert_eq!(whole.as_ref().ok(), single.as_ref().ok());
        whole
    }

    #[test]
    fn members_follow_each_other_and_padding_the_last() {
        let both = [packed("one "), packed("two")].concat();
        assert_eq!(unpacked(&both).unwrap(), "one two");
        for padding in [1, 512, 100_000] {
            assert_eq!(unpacked(&[both.clone(), vec![0; padding]].concat()).unwrap(), "one two");
        }
    }

    #[test]
    fn other_bytes_after_the_end_and_members_cut_off_are_errors() {
        for rest in ["rubbish", "\0\0rubbish"] {
            let error = unpacked(&[packed("one"), rest.into()].concat()).unwrap_err();
            assert!(error.to_string().contains("follow its end"), "{error}");
        }
        let first = packed("one");
        for cut in [first.len() - 1, first.len() - 8, 5] {
            assert!(unpacked(&[first.clone(), first[..cut].to_vec()].concat()).is_err(), "{cut}");
        }
    }
}
