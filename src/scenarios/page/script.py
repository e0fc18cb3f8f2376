"""What Streamlit runs: the page, from the view with which it was opened."""

from scenarios.page.opened import OPENED
from scenarios.page.screen import show_page

show_page(OPENED[0])
