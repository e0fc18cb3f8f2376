"""What Streamlit runs: the page, from the view with which it was opened."""

from scenarios.page.screen import show_page
from scenarios.page.view import OPENED

show_page(OPENED[0])
