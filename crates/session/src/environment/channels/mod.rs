//! Channels: which there are, and their indexes.

mod built_packages;
mod channel_list;
pub(super) mod gateway;

pub(super) use built_packages::read_package_file;
pub use channel_list::Channels;
pub(super) use channel_list::CurrentChannels;
