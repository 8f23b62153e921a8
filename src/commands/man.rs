//! `man`: the manual page, one section a command.

use std::io;
use std::path::Path;

use clap::CommandFactory;
use clap_mangen::Man;

use super::failure::{Failure, Outcome};
use super::{Cli, output};

pub(crate) fn run() -> Result<Outcome, Failure> {
    let mut page = Vec::new();
    write(&mut page).map_err(|error| Failure::io(Path::new("manual page"), "written", &error))?;
    output::print(&String::from_utf8_lossy(&page))?;
    Ok(Outcome::Clean)
}

/// The page of the program, then the synopsis and options of every command.
fn write(page: &mut Vec<u8>) -> io::Result<()> {
    let mut program = Cli::command();
    program.build();
    let main = Man::new(program.clone());
    main.render_title(page)?;
    main.render_name_section(page)?;
    main.render_synopsis_section(page)?;
    main.render_description_section(page)?;
    main.render_options_section(page)?;
    commands(&program, page)?;
    main.render_extra_section(page)?;
    main.render_version_section(page)
}

fn commands(parent: &clap::Command, page: &mut Vec<u8>) -> io::Result<()> {
    for command in parent.get_subcommands().filter(|command| command.get_name() != "help") {
        let man = Man::new(command.clone());
        man.render_synopsis_section(page)?;
        man.render_description_section(page)?;
        man.render_options_section(page)?;
        commands(command, page)?;
    }
    Ok(())
}
