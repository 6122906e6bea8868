// In place of the package string-width, by which cli-progress aligns a line that has room to spare: its table of emoji is a
// third of what the command line adds for a bar. The texts of the bars here have neither emoji nor wide characters.
const { stripVTControlCharacters } = require('node:util')

module.exports = (text) => [...stripVTControlCharacters(text)].length
