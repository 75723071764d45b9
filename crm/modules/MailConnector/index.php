<?php
require __DIR__ . '/Administration.php';
